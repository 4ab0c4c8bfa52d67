package org.e2spark.engine;

import ai.djl.Device;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.RequirementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which device a Spark task computes on. */
public final class Devices {

  /** True to let a task compute on the CPU although Spark gave it a GPU that it cannot use. */
  public static final String ALLOW_CPU = "spark.e2spark.allowCpu";

  private static final Logger log = LoggerFactory.getLogger(Devices.class);
  private static final String RESOURCE = "gpu";

  /** What the UUID of a part of a GPU begins with, of which CUDA shows one to a process. */
  private static final String PART = "MIG-";

  private Devices() {}

  /** Lets the tasks of jobs that this thread starts compute on the CPU where they see no GPU. */
  public static void allowCpu(SparkContext context) {
    context.setLocalProperty(ALLOW_CPU, "true");
  }

  /**
   * The first GPU that Spark gave this task ({@code spark.task.resource.gpu.amount}), or the CPU if
   * it gave none. Not run on GPU hardware yet.
   *
   * @throws RequirementException when the task cannot use the GPU that it was given, and nobody has
   *     allowed the CPU
   */
  public static Device of(TaskContext task) {
    ResourceInformation gpu = task.resourcesJMap().get(RESOURCE);
    if (gpu == null || gpu.addresses().length == 0) {
      log.info("Task {} computes on the CPU: Spark gave it no gpu", task.partitionId());
      return Device.cpu();
    }
    String address = gpu.addresses()[0];
    int visible = EngineStart.ensure().getGpuCount();
    if (visible == 0 && isCpuAllowed(task)) {
      log.warn(
          "Task {} computes on the CPU, as was allowed, although Spark gave it gpu {}",
          task.partitionId(),
          address);
      return Device.cpu();
    }
    Device device = Device.gpu(index(address, visible, named()));
    log.info("Task {} computes on gpu {} ({})", task.partitionId(), address, device);
    return device;
  }

  private static boolean isCpuAllowed(TaskContext task) {
    String asked = task.getLocalProperty(ALLOW_CPU);
    return asked == null
        ? SparkEnv.get().conf().getBoolean(ALLOW_CPU, false)
        : Boolean.parseBoolean(asked);
  }

  /**
   * The number that libtorch has for an address.
   *
   * @param address as Spark's discovery script gave it: a number, or the UUID of a GPU or of a part
   *     of one ({@code MIG-...})
   * @param visible how many GPUs libtorch sees
   * @param named the GPUs that this process may see, in libtorch's order; empty if all
   * @throws RequirementException when there is none
   */
  static int index(String address, int visible, List<String> named) {
    if (visible == 0) {
      throw new RequirementException(
          "Spark gave this task gpu "
              + address
              + ", but libtorch sees no GPU: a CUDA build of it and a driver are needed, or"
              + " --allow-cpu");
    }
    int place = named.indexOf(address);
    if (place >= 0 && place < visible) {
      return place;
    }
    if (visible == 1) {
      if (address.startsWith(PART)) {
        log.warn(
            "Computing on the one part of a GPU that CUDA shows, taken for {}: outside a container"
                + " that has no other, set CUDA_VISIBLE_DEVICES to it in the executor's environment",
            address);
      }
      return 0; // a container that sees its own GPU alone
    }
    if (address.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index = Integer.parseInt(address);
      if (index >= visible) {
        throw new RequirementException(
            "Spark gave this task gpu " + address + ", but libtorch sees " + visible + " GPUs");
      }
      return index;
    }
    throw new RequirementException(
        "Spark gave this task gpu "
            + address
            + ", and libtorch sees "
            + visible
            + " GPUs without knowing which that is: let the discovery script print numbers, or set"
            + " CUDA_VISIBLE_DEVICES to the addresses in the executor's environment");
  }

  private static List<String> named() {
    String named = System.getenv("CUDA_VISIBLE_DEVICES");
    return named == null || named.isBlank() ? List.of() : List.of(named.split("\\s*,\\s*"));
  }
}
