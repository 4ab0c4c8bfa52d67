package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.service.compute.DataSecurityMode;
import com.databricks.sdk.service.jobs.JobSettings;
import com.databricks.sdk.service.jobs.Task;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.util.resource.DominantResourceCalculator;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.launcher.SparkLauncher;
import org.apache.spark.resource.ResourceID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * What {@code cluster-configs} holds can be read by whom it is for: every setting is one that
 * Spark, YARN, Databricks or the tool knows, every command line is one that the tool takes.
 */
class ClusterConfigsTest {

  private static final Path CONFIGS =
      Path.of(System.getProperty("e2spark.build.dir", "..")).resolve("cluster-configs");

  private static final ResourceID EXECUTOR_GPU = new ResourceID("spark.executor", "gpu");

  /** Objects that tell Spark's registry of settings which there are. */
  private static final List<String> REGISTRIES =
      List.of(
          "org.apache.spark.internal.config.package$",
          "org.apache.spark.internal.config.Deploy$",
          "org.apache.spark.internal.config.UI$",
          "org.apache.spark.internal.config.Worker$",
          "org.apache.spark.deploy.k8s.Config$",
          "org.apache.spark.deploy.yarn.config.package$");

  /** Settings without an entry in a registry, by the names that Spark's own code has for them. */
  private static final Set<String> PLAIN =
      Set.of(
          SparkLauncher.SPARK_MASTER,
          SparkLauncher.DRIVER_DEFAULT_JAVA_OPTIONS,
          SparkLauncher.EXECUTOR_DEFAULT_JAVA_OPTIONS,
          EXECUTOR_GPU.amountConf(),
          EXECUTOR_GPU.vendorConf(),
          EXECUTOR_GPU.discoveryScriptConf(),
          new ResourceID("spark.task", "gpu").amountConf(),
          "spark.rapids.sql.concurrentGpuTasks");

  /** Variables for processes of Spark: OpenMP's and DJL's. */
  private static final Pattern ENVIRONMENTS =
      Pattern.compile(
          "spark\\.(executorEnv|yarn\\.appMasterEnv|kubernetes\\.driverEnv)"
              + "\\.(OMP_WAIT_POLICY|OPT_OUT_TRACKING)");

  private static final List<String> ARGUMENTS = List.of("arguments", "driverArgs", "parameters");

  @BeforeAll
  static void register() throws ReflectiveOperationException {
    for (String registry : REGISTRIES) {
      Class.forName(registry);
    }
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(CONFIGS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(conf|ya?ml|json|xml|md)"))
          .filter(file -> !file.toString().contains("target") && !file.endsWith("pom.xml"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyKindOfClusterIsThere() throws IOException {
    assertThat(files().stream().map(file -> CONFIGS.relativize(file).getName(0).toString()))
        .contains("local", "standalone", "yarn", "kubernetes", "databricks", "emr", "dataproc")
        .contains("rapids");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everySettingIsOneThatSparkKnows(Path file) {
    Map<String, String> settings = new TreeMap<>();
    collect(read(file), settings);
    settings.forEach(
        (key, value) -> {
          assertThat(isSetting(key)).as("%s in %s is a setting", key, file).isTrue();
          ConfigEntry<?> entry = ConfigEntry.findEntry(key);
          if (entry != null) {
            assertThatCode(() -> entry.valueConverter().apply(value.strip()))
                .as("%s in %s may be %s", key, file, value)
                .doesNotThrowAnyException();
          }
        });
  }

  /** KnownSettingsTest looks at ours. */
  private static boolean isSetting(String key) {
    return key.startsWith("spark.e2spark.")
        || PLAIN.contains(key)
        || ENVIRONMENTS.matcher(key).matches()
        || ConfigEntry.findEntry(key) != null;
  }

  @Test
  void aSettingThatLacksALetterIsNone() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (Path file : files()) {
      collect(read(file), settings);
    }
    settings.keySet().removeIf(key -> key.startsWith("spark.e2spark."));
    for (String key : settings.keySet()) {
      for (int i = "spark.".length(); i < key.length(); i++) {
        String misspelt = new StringBuilder(key).deleteCharAt(i).toString();
        assertThat(isSetting(misspelt)).as("%s for %s", misspelt, key).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyCommandLineIsOneThatTheToolTakes(Path file) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    if (file.toString().endsWith(".md")) {
      Files.readAllLines(file).stream()
          .filter(
              line ->
                  line.matches(
                      " +\\S*(e2spark|spark-submit|gcloud dataproc jobs).* train .*(?<!\\.)"))
          .map(line -> List.of(line.replaceFirst(".*? train ", "train ").split(" ")))
          .forEach(lines::add);
    } else {
      commandLines(read(file), lines);
    }
    for (List<String> line : lines) {
      assertThatCode(() -> Main.commandLine().parseArgs(line.toArray(String[]::new)))
          .as("%s: %s", file, line)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsLookedForIsFound() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    List<List<String>> lines = new ArrayList<>();
    for (Path file : files()) {
      collect(read(file), settings);
      commandLines(read(file), lines);
    }
    assertThat(settings).hasSizeGreaterThan(25).containsKey("spark.yarn.maxAppAttempts");
    assertThat(lines).hasSize(7);
  }

  private static JobSettings job(String name) {
    ObjectMapper strict =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    Path file = CONFIGS.resolve("databricks/resources/" + name + ".yml");
    JobSettings job =
        strict.convertValue(at(read(file), "resources", "jobs", name), JobSettings.class);
    assertThat(job.getJobClusters())
        .singleElement()
        .satisfies(
            cluster ->
                assertThat(cluster.getNewCluster().getDataSecurityMode())
                    .isEqualTo(DataSecurityMode.DATA_SECURITY_MODE_DEDICATED))
        .satisfies(
            cluster ->
                assertThat(cluster.getNewCluster().getSparkVersion()).isEqualTo("${var.runtime}"));
    return job;
  }

  @Test
  void theBundleIsForBothLongTermRuntimesThatHaveSpark4() {
    Object bundle = read(CONFIGS.resolve("databricks/databricks.yml"));
    assertThat(at(bundle, "variables", "runtime", "default")).isEqualTo("17.3.x-scala2.13");
    assertThat(at(bundle, "targets", "lts18", "variables", "runtime")).isEqualTo("18.x-scala2.13");
  }

  @Test
  void theBundleIsAJobOfDatabricks() {
    assertThat(job("train").getTasks())
        .extracting(Task::getTaskKey)
        .containsExactly("prepare", "train", "evaluate", "export", "register");
    assertThat(job("train").getTasks())
        .filteredOn(task -> task.getSparkPythonTask() == null)
        .allSatisfy(
            task ->
                assertThat(task.getSparkJarTask().getMainClassName())
                    .isEqualTo(Main.class.getName()));
  }

  @Test
  void theBundleRunsEveryNotebook() throws IOException {
    Path resources = CONFIGS.resolve("databricks/resources");
    Path notebooks = CONFIGS.resolveSibling("notebooks/databricks");
    List<Path> run = new ArrayList<>();
    for (Task task : job("notebooks").getTasks()) {
      run.add(resources.resolve(task.getNotebookTask().getNotebookPath()).normalize());
    }
    try (Stream<Path> files = Files.walk(notebooks)) {
      assertThat(run)
          .containsExactlyInAnyOrderElementsOf(
              files.filter(Files::isRegularFile).map(Path::normalize).toList());
    }
  }

  @Test
  void whatTheBundleTakesIsThere() {
    Path bundle = CONFIGS.resolve("databricks");
    Object tree = read(bundle.resolve("databricks.yml"));
    Path jar = bundle.resolve("../../spark-jobs/target/e2spark-assembly.jar").normalize();
    for (Object path : (List<?>) at(tree, "sync", "paths")) {
      assertThat(bundle.resolve(path.toString())).isDirectory();
    }
    assertThat(bundle.resolve(at(tree, "artifacts", "jar", "path").toString()).resolve("pom.xml"))
        .exists();
    assertThat(
            bundle.resolve(at(tree, "artifacts", "wheel", "path").toString()).resolve("setup.py"))
        .exists();
    for (Task task : job("train").getTasks()) {
      if (task.getSparkPythonTask() != null) {
        assertThat(bundle.resolve("resources").resolve(task.getSparkPythonTask().getPythonFile()))
            .exists();
      } else {
        String library = task.getLibraries().iterator().next().getJar();
        assertThat(bundle.resolve("resources").resolve(library).normalize()).isEqualTo(jar);
      }
    }
  }

  @Test
  void apachesOperatorKnowsWhatItIsTold() {
    Path file = CONFIGS.resolve("kubernetes/apache-spark-operator.yaml");
    SparkApplication application = SparkApplication.of(read(file));
    assertThat(application.apiVersion()).isEqualTo("spark.apache.org/v1");
    assertThat(application.spec().mainClass()).isEqualTo(Main.class.getName());
    assertThat(application.spec().runtimeVersions().sparkVersion()).isNotBlank();
    refuses(file, "restartConfig", "restartsConfig");
    refuses(file, "OnFailure", "OnError");
    refuses(file, "\"4\"", "4");
  }

  private static void refuses(Path file, String text, String other) {
    String right;
    try {
      right = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(right).contains(text);
    Object wrong = new Yaml().load(right.replace(text, other));
    assertThatThrownBy(() -> SparkApplication.of(wrong))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void yarnKnowsWhatItIsTold() throws Exception {
    Set<String> known =
        names(YarnConfiguration.class.getClassLoader().getResourceAsStream("yarn-default.xml"));
    assertThat(names(Files.newInputStream(CONFIGS.resolve("yarn/yarn-site-gpu.xml"))))
        .hasSize(3)
        .isSubsetOf(known);
    assertThat(names(Files.newInputStream(CONFIGS.resolve("yarn/resource-types.xml"))))
        .containsExactly(YarnConfiguration.RESOURCE_TYPES);
    assertThat(names(Files.newInputStream(CONFIGS.resolve("yarn/capacity-scheduler-gpu.xml"))))
        .containsExactly("yarn.scheduler.capacity.resource-calculator");
    assertThat(CONFIGS.resolve("yarn/capacity-scheduler-gpu.xml"))
        .content()
        .contains(">" + DominantResourceCalculator.class.getName() + "<");
  }

  @Test
  void theNetworkPolicyOpensThePortsOfTheSettings() {
    List<?> rules =
        (List<?>) at(read(CONFIGS.resolve("kubernetes/network-policy.yaml")), "spec", "ingress");
    Map<?, ?> ours = (Map<?, ?>) ((List<?>) at(rules.get(0), "ports")).get(0);
    assertThat(ours.get("port") + "-" + ours.get("endPort"))
        .isEqualTo(
            at(read(CONFIGS.resolve("kubernetes/spark-defaults.conf")), "spark.e2spark.ports"));
  }

  private static Set<String> names(InputStream configuration) throws Exception {
    try (configuration) {
      var tags =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(configuration)
              .getElementsByTagName("name");
      Set<String> names = new TreeSet<>();
      for (int i = 0; i < tags.getLength(); i++) {
        names.add(tags.item(i).getTextContent().strip());
      }
      return names;
    }
  }

  private static Object at(Object tree, String... keys) {
    for (String key : keys) {
      tree = ((Map<?, ?>) tree).get(key);
    }
    return tree;
  }

  /** As maps and lists. */
  private static Object read(Path file) {
    String name = file.toString();
    try (Reader text = Files.newBufferedReader(file)) {
      if (name.endsWith(".conf")) {
        Properties properties = new Properties();
        properties.load(text);
        return properties;
      }
      return name.matches(".*\\.(ya?ml|json)") ? new Yaml().load(text) : Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private static void collect(Object tree, Map<String, String> settings) {
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            String name = key.toString().replaceFirst("^spark:", ""); // as Dataproc wants them
            if (name.startsWith("spark.") && !(value instanceof Map)) {
              settings.put(name, value.toString());
            }
            collect(value, settings);
          });
    } else if (tree instanceof List<?> list) {
      list.forEach(element -> collect(element, settings));
    }
  }

  private static void commandLines(Object tree, List<List<String>> lines) {
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (map.containsKey("python_file")) {
              return; // no command line of the tool
            }
            if (ARGUMENTS.contains(key) && value instanceof List<?> words) {
              lines.add(words.stream().map(Object::toString).toList());
            } else if ("Args".equals(key) && value instanceof List<?> words) {
              List<String> all = words.stream().map(Object::toString).toList();
              lines.add(all.subList(all.indexOf("train"), all.size()));
            } else {
              commandLines(value, lines);
            }
          });
    } else if (tree instanceof List<?> list) {
      list.forEach(element -> commandLines(element, lines));
    }
  }
}
