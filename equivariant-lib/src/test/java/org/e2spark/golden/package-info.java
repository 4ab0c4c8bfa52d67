/**
 * Holds the library to numbers that the reference computed, and says which of our tests holds which
 * property of the reference's own.
 *
 * <p>{@link org.e2spark.golden.GoldenTest} runs a whole folder of golden vectors; {@link
 * org.e2spark.golden.KeptGoldenTest} the further ones kept here. More are drawn at random by {@code
 * src/test/python/golden_random.py}.
 *
 * <table>
 * <caption>The reference's tests and ours</caption>
 * <tr><th>reference (e2cnn/test)</th><th>here</th></tr>
 * <tr><td>group/test_groups</td><td>{@code GroupLawsTest}</td></tr>
 * <tr><td>group/test_representations, test_compute_regular_representations</td>
 * <td>{@code RepresentationLawsTest}</td></tr>
 * <tr><td>group/test_restrict_representation, test_induce_representation,
 * test_disentangle_representation</td><td>{@code RestrictionInductionTest}</td></tr>
 * <tr><td>gspace/test_restrict_isometry</td><td>{@code RestrictIsometryTest}, on images {@code
 * FieldRoutingTest.restrictedFieldsTurnWithTheSubgroup}</td></tr>
 * <tr><td>kernelspaces/test_equivariance</td><td>{@code
 * AngularSolutionTest.solutionsAreEquivariant} in double precision, {@code
 * KernelConstraintTest.kernelsAreEquivariant} for whole bases</td></tr>
 * <tr><td>kernelspaces/test_representation_consistency</td><td>{@code
 * AngularSolutionTest.harmonicsAreTheMatricesOfIrreps}</td></tr>
 * <tr><td>diffops/test_analytic_equivariance</td><td>{@code
 * OperatorEquivarianceTest.symbolsAreEquivariant}</td></tr>
 * <tr><td>diffops/test_fd_equivariance, test_gauss_equivariance, test_rbffd_equivariance</td><td>
 * {@code OperatorEquivarianceTest.stencilsAreEquivariant}, {@code StencilEquivarianceTest}</td></tr>
 * <tr><td>diffops/test_fd_discretization</td><td>{@code FiniteDifferenceWeightsTest}, {@code
 * DiscretizationTest}</td></tr>
 * <tr><td>diffops/test_cache</td><td>none: stencils are computed, not read from a file</td></tr>
 * <tr><td>nn/test_basisexpansion, test_basisexpansion_bk</td><td>{@code
 * SampledBasisTest.everyWeightHasOnePlaceAndEveryIdIsUnique}, {@code
 * R2ConvTest.theOrderOfFieldsDoesNotChangeTheFilter}</td></tr>
 * <tr><td>nn/test_convolution, test_convolution_transposed, test_grouped_convolution,
 * test_diffop</td><td>{@code R2ConvTest}</td></tr>
 * <tr><td>nn/test_upsampling, test_pooling</td><td>{@code PoolingTest}, {@code FieldModulesTest},
 * {@code FieldModulesNumbersTest.poolingTurnsWithTheImage}</td></tr>
 * <tr><td>nn/test_he_init</td><td>{@code WeightInitTest.heKeepsTheVarianceOfEveryChannel}; its cost
 * in {@code ConstructionBenchmark}</td></tr>
 * <tr><td>nn/test_deltaorth_init</td><td>{@code DeltaOrthonormalTest}</td></tr>
 * <tr><td>nn/test_batchnorm</td><td>{@code PoolingTest.innerBatchNormMakesEachFieldStandard},
 * {@code FieldNormalizationTest}</td></tr>
 * <tr><td>nn/test_dropout</td><td>{@code DropoutTest}</td></tr>
 * <tr><td>nn/test_nonlinearities_rotations, test_nonlinearities_fliprotations</td><td>{@code
 * FieldModulesTest}, {@code FieldModulesErrorsTest}</td></tr>
 * <tr><td>nn/test_multiple_module_rotations, test_multiple_module_flipsrotations, test_restriction,
 * test_disentangle, test_reshuffleLayer</td><td>{@code FieldRoutingTest}</td></tr>
 * <tr><td>nn/test_geometrictensor</td><td>{@code GeometricTensorTest}</td></tr>
 * <tr><td>nn/test_export, test_modulelist</td><td>{@code ExportTest}, {@code NetworkExportTest},
 * {@code SmallModulesTest.aListNamesItsModulesByPosition}</td></tr>
 * <tr><td>gaps: golden values and dimensions of bases, the axis in cache keys</td><td>{@code
 * SampledBasisTest}, {@code R2ConvTest.theAxisOfReflectionIsPartOfWhatIsCached}</td></tr>
 * <tr><td>gaps: order of saved weights</td><td>{@code
 * SampledBasisTest.elementsComeInTheOrderOfSavedWeights}, and every golden filter</td></tr>
 * <tr><td>gaps: whole networks exact under quarter turns at odd sizes</td><td>{@code
 * EquivarianceCheckTest}</td></tr>
 * <tr><td>gaps: double precision and bfloat16</td><td>{@code R2ConvTest}, {@code
 * FieldModulesTest}</td></tr>
 * <tr><td>gaps: parameter counts</td><td>{@code PublishedNetworksTest}, {@code
 * NetworksTest}</td></tr>
 * </table>
 */
package org.e2spark.golden;
