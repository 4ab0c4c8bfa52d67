package org.e2spark.engine;

import ai.djl.Device;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.e2spark.torch.EngineStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which device a Spark task computes on. */
public final class Devices {

  private static final Logger log = LoggerFactory.getLogger(Devices.class);
  private static final String RESOURCE = "gpu";

  private Devices() {}

  /**
   * The first GPU that Spark gave this task ({@code spark.task.resource.gpu.amount}), or the CPU.
   * Not run on GPU hardware yet.
   */
  public static Device of(TaskContext task) {
    ResourceInformation gpu = task.resourcesJMap().get(RESOURCE);
    if (gpu == null || gpu.addresses().length == 0) {
      log.info("Task {} computes on the CPU: Spark gave it no gpu", task.partitionId());
      return Device.cpu();
    }
    String address = gpu.addresses()[0];
    int visible = EngineStart.ensure().getGpuCount();
    if (visible == 0) {
      log.warn(
          "Task {} computes on the CPU although Spark gave it gpu {}: libtorch sees no GPU here (a CUDA"
              + " build of pytorch-native and a driver are needed)",
          task.partitionId(),
          address);
      return Device.cpu();
    }
    log.info("Task {} computes on gpu {}", task.partitionId(), address);
    return Device.gpu(Integer.parseInt(address));
  }
}
