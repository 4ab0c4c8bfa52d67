package org.e2spark.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** Who may know whom: a forbidden arrow between modules or packages fails the build. */
class ModuleBoundariesTest {
  private static final String[] LIBRARY = {
    "org.e2spark.group..",
    "org.e2spark.gspace..",
    "org.e2spark.kernel..",
    "org.e2spark.diffop..",
    "org.e2spark.nn..",
    "org.e2spark.init..",
    "org.e2spark.optim..",
    "org.e2spark.spec..",
    "org.e2spark.model..",
    "org.e2spark.torch..",
    "org.e2spark.interchange..",
    "org.e2spark.picture..",
    "org.e2spark.e2cnn..",
    "org.e2spark.cache..",
    "org.e2spark.text.."
  };
  private static final String[] JOBS = {
    "org.e2spark.events..",
    "org.e2spark.sync..",
    "org.e2spark.checkpoint..",
    "org.e2spark.savedmodel..",
    "org.e2spark.train..",
    "org.e2spark.engine..",
    "org.e2spark.infer..",
    "org.e2spark.ml..",
    "org.e2spark.report..",
    "org.e2spark.explain..",
    "org.e2spark.export..",
    "org.e2spark.recipe..",
    "org.e2spark.track..",
    "org.e2spark.cli.."
  };
  private static final String DATA = "org.e2spark.data..";

  private static JavaClasses project;

  @BeforeAll
  static void importProject() {
    project =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("org.e2spark");
  }

  @Test
  void everyClassStandsInAKnownPackage() {
    check(
        classes()
            .that()
            .resideInAPackage("org.e2spark..")
            .should()
            .resideInAnyPackage(concat(concat(LIBRARY, JOBS), DATA)));
  }

  @Test
  void theLibraryKnowsNeitherSparkNorTheModulesAboveIt() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(LIBRARY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                concat(
                    JOBS,
                    DATA,
                    "org.apache.spark..",
                    "org.apache.hadoop..",
                    "org.apache.arrow..")));
  }

  @Test
  void theMathematicsKnowsNoEngine() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "org.e2spark.group..",
                "org.e2spark.gspace..",
                "org.e2spark.kernel..",
                "org.e2spark.diffop..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.."));
  }

  @Test
  void plainNetworksKnowNothingOfGroups() {
    check(
        noClasses()
            .that()
            .resideInAPackage("org.e2spark.interchange..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.e2spark.group..",
                "org.e2spark.gspace..",
                "org.e2spark.kernel..",
                "org.e2spark.diffop..",
                "org.e2spark.nn..",
                "org.e2spark.init..",
                "org.e2spark.optim..",
                "org.e2spark.model.."));
  }

  /** What all layers share knows none of them, and a kind of layers knows no other kind. */
  @Test
  void roomsOfLayersKnowWhatAllShareAndNoOtherRoom() {
    String all = "org.e2spark.nn";
    String[] rooms = {
      "convolution", "nonlinearity", "normalization", "pooling", "dropout", "container", "check"
    };
    check(
        noClasses()
            .that()
            .resideInAPackage(all)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(Stream.of(rooms).map(r -> all + "." + r).toArray(String[]::new)));
    for (String room : rooms) {
      boolean looksAtAll = room.equals("check");
      String[] others =
          Stream.of(rooms)
              .filter(other -> !other.equals(room))
              .filter(o -> !(looksAtAll && (o.equals("convolution") || o.equals("container"))))
              .map(other -> all + "." + other)
              .toArray(String[]::new);
      check(
          noClasses()
              .that()
              .resideInAPackage(all + "." + room)
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others));
    }
  }

  /** From what a training is made of, through what it is, to where it runs and who asks for it. */
  @Test
  void roomsOfJobsKnowOnlyThoseBelow() {
    Map<String, Set<String>> known = new LinkedHashMap<>();
    known.put("events", Set.of());
    known.put("sync", Set.of());
    known.put("checkpoint", Set.of());
    known.put("savedmodel", Set.of("checkpoint"));
    known.put("train", Set.of("events", "sync", "checkpoint", "savedmodel"));
    known.put("engine", Set.of("events", "sync", "checkpoint", "savedmodel", "train"));
    known.put("infer", Set.of("checkpoint", "savedmodel", "train", "engine"));
    known.put("export", Set.of("checkpoint", "savedmodel", "train"));
    known.put("report", Set.of("events", "savedmodel", "engine", "infer"));
    known.put("recipe", Set.of("events", "checkpoint", "savedmodel", "train", "engine", "infer"));
    known.put("explain", Set.of("savedmodel", "train", "report"));
    known.put("track", Set.of("events", "checkpoint", "savedmodel", "engine", "export", "report"));
    known.put(
        "ml",
        Set.of(
            "events",
            "sync",
            "checkpoint",
            "savedmodel",
            "train",
            "engine",
            "infer",
            "export",
            "track"));
    Set<String> rooms = Set.copyOf(known.keySet());
    known.forEach(
        (room, below) ->
            check(
                noClasses()
                    .that()
                    .resideInAPackage("org.e2spark." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                        Stream.concat(rooms.stream(), Stream.of("cli"))
                            .filter(other -> !other.equals(room) && !below.contains(other))
                            .map(other -> "org.e2spark." + other + "..")
                            .toArray(String[]::new))));
  }

  @Test
  void onlyTheTorchPackageTouchesTheEngine() {
    check(
        noClasses()
            .that()
            .resideInAPackage("org.e2spark..")
            .and()
            .resideOutsideOfPackage("org.e2spark.torch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch.."));
  }

  @Test
  void thePipelineKnowsNoNetworksAndNoTraining() {
    check(
        noClasses()
            .that()
            .resideInAPackage(DATA)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                concat(
                    concat(LIBRARY, JOBS), "ai.djl.nn..", "ai.djl.training..", "ai.djl.engine..")));
  }

  /** Arrow's own readers trust what they read; the shards' checks offsets after the checksum. */
  @Test
  void arrowFilesAreParsedOnlyWhereTheyAreVerified() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching("org\\.e2spark\\.data\\.shard\\.(ShardFooter.*|SchemaCheck)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.arrow.flatbuf.."));
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("org\\.apache\\.arrow\\.vector\\.ipc\\..*Read.*"));
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.e2spark.data.shard.MappedShard")
            .should()
            .callMethodWhere(
                target(owner(name("org.e2spark.data.shard.MappedShard")))
                    .and(target(name("parse"))))
            .orShould()
            .callConstructorWhere(target(owner(name("org.e2spark.data.shard.ShardFooter")))));
  }

  /** What Spark's configured serialiser would be given is bytes, which every one takes. */
  @Test
  void valuesCrossToTasksAndBackInOnePlace() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.e2spark.data.task.TaskBoundary")
            .should()
            .callMethodWhere(
                target(owner(assignableTo(JavaRDDLike.class).or(assignableTo(RDD.class))))
                    .and(
                        target(
                            nameMatching(
                                "collect.*|take.*|first|reduce|fold|aggregate|treeReduce"
                                    + "|treeAggregate|toLocalIterator|max|min|top|countByValue"
                                    + "|repartition|coalesce|groupBy|sortBy|cache|persist"))))
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo(JavaSparkContext.class)))
                    .and(target(nameMatching("parallelize.*|makeRDD")))));
  }

  /** They change between the versions of Spark. */
  @Test
  void whatSparkRunsQueriesWithIsKnownInOnePlace() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("org.e2spark.data.query")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark.sql.catalyst..",
                "org.apache.spark.sql.classic..",
                "org.apache.spark.sql.columnar..",
                "org.apache.spark.sql.execution..",
                "org.apache.spark.sql.internal..",
                "org.apache.spark.sql.vectorized.."));
  }

  /** A notebook's or a cluster's JVM and context are others' too. */
  @Test
  void onlyTheCommandLineEndsAJvmOrSpark() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.e2spark.cli.Main")
            .should()
            .callMethodWhere(
                target(owner(name("java.lang.System").or(name("java.lang.Runtime"))))
                    .and(target(nameMatching("exit|halt")))));
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.e2spark.cli.Session")
            .should()
            .callMethodWhere(
                target(
                        owner(
                            assignableTo(SparkSession.class)
                                .or(assignableTo(SparkContext.class))
                                .or(assignableTo(JavaSparkContext.class))))
                    .and(target(nameMatching("stop|close")))));
  }

  @Test
  void theJobsNameNoVendor() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(JOBS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "com.databricks..", "com.amazonaws..", "com.nvidia..", "com.azure.."));
  }

  @Test
  void loggersHaveOneName() {
    check(fields().that().haveRawType(Logger.class).should().haveName("log"));
  }

  @Test
  void namesAreSpeltAsTheApisOfTheField() {
    check(noClasses().should().haveNameMatching("(?i).*normalis.*"));
    check(noMembers().should().haveNameMatching("(?i).*normalis.*"));
  }

  /** An agent that changes loaded classes belongs in no JVM that a Spark loads its own into. */
  @Test
  void fuzzTestsAreTaggedForAJvmOfTheirOwn() {
    DescribedPredicate<JavaAnnotation<?>> fuzz =
        DescribedPredicate.describe(
            "the tag \"fuzz\"",
            annotation ->
                annotation.getRawType().isEquivalentTo(Tag.class)
                    && annotation.getExplicitlyDeclaredProperty("value").equals("fuzz"));
    JavaClasses tests =
        new ClassFileImporter()
            .importPaths(
                "../equivariant-lib/target/test-classes",
                "../data-pipeline/target/test-classes",
                "../spark-jobs/target/test-classes",
                "target/test-classes");
    methods()
        .that()
        .areAnnotatedWith("com.code_intelligence.jazzer.junit.FuzzTest")
        .should()
        .beDeclaredInClassesThat(annotatedWith(fuzz))
        .check(tests);
  }

  private static void check(ArchRule rule) {
    rule.check(project);
  }

  private static String[] concat(String[] first, String... more) {
    String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
