import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** A resource manager and one node manager in this JVM, until its standard input ends: SmallYarn CONFIGURATION [MORE...] */
public final class SmallYarn {
  private SmallYarn() {}

  /**
   * @param arguments the file to write its settings to, then files of settings for it
   */
  public static void main(String[] arguments) throws Exception {
    var conf = new YarnConfiguration();
    for (int i = 1; i < arguments.length; i++) {
      conf.addResource(Path.of(arguments[i]).toUri().toURL());
    }
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    // Machines of tests may be nearly full, and Java reserves more memory than it takes.
    conf.setBoolean("yarn.nodemanager.disk-health-checker.enable", false);
    conf.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    try (var cluster = new MiniYARNCluster("small", 1, 1, 1)) {
      cluster.init(conf);
      cluster.start();
      try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
        cluster.getConfig().writeXml(out);
      }
      System.out.println("started");
      while (System.in.read() >= 0) {
        // Whoever started this says when it is over.
      }
    }
    System.exit(0);
  }
}
