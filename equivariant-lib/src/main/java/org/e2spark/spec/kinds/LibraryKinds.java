package org.e2spark.spec.kinds;

import java.util.List;
import java.util.stream.Stream;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerKindProvider;

/** Every layer of the library. */
public final class LibraryKinds implements LayerKindProvider {

  @Override
  public List<LayerKind> kinds() {
    return Stream.of(
            ConvolutionKinds.kinds(),
            NonlinearityKinds.kinds(),
            NormalizationKinds.kinds(),
            PoolingKinds.kinds(),
            ContainerKinds.kinds(),
            OrdinaryKinds.kinds())
        .flatMap(List::stream)
        .toList();
  }
}
