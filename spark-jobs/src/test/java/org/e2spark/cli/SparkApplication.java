package org.e2spark.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.List;
import java.util.Map;

/**
 * What {@code spark.apache.org/v1} lets a SparkApplication say, by the fields of the operator's own
 * classes ({@code org.apache.spark.k8s.operator.spec}), which no registry serves. Parts that are
 * Kubernetes' own are left open.
 *
 * <p>An API server drops what it does not know, and refuses numbers where texts should be; here
 * both are refused.
 */
record SparkApplication(String apiVersion, Kind kind, Metadata metadata, Spec spec) {

  enum Kind {
    SparkApplication
  }

  record Metadata(
      String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {}

  enum DeploymentMode {
    ClusterMode,
    ClientMode
  }

  record Spec(
      Map<String, String> sparkConf,
      String mainClass,
      RuntimeVersions runtimeVersions,
      String jars,
      String pyFiles,
      String sparkRFiles,
      String files,
      DeploymentMode deploymentMode,
      String proxyUser,
      List<String> driverArgs,
      Tolerations applicationTolerations,
      Map<String, Object> driverSpec,
      Map<String, Object> executorSpec,
      List<Object> driverServiceIngressList,
      List<Object> configMapSpecs) {}

  record RuntimeVersions(String sparkVersion, String scalaVersion, String jdkVersion) {}

  enum Retained {
    Always,
    Never,
    OnFailure
  }

  record Tolerations(
      RestartConfig restartConfig,
      Map<String, Long> applicationTimeoutConfig,
      Map<String, Long> instanceConfig,
      Retained resourceRetainPolicy,
      Long resourceRetainDurationMillis,
      Long ttlAfterStopMillis) {}

  enum RestartPolicy {
    Always,
    Never,
    OnFailure,
    OnInfrastructureFailure
  }

  record RestartConfig(
      RestartPolicy restartPolicy,
      Long maxRestartAttempts,
      Long restartBackoffMillis,
      Long restartCounterResetMillis,
      Long maxRestartOnFailure,
      Long restartBackoffMillisForFailure,
      Long maxRestartOnSchedulingFailure,
      Long restartBackoffMillisForSchedulingFailure) {}

  /**
   * Reads a resource.
   *
   * @throws IllegalArgumentException naming what it must not say
   */
  static SparkApplication of(Object resource) {
    JsonMapper strict =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      strict.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    return strict.convertValue(resource, SparkApplication.class);
  }
}
