package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The one command: what it prints, how well its network does, and that quarter turns change
 * nothing.
 */
@Order(2)
class QuickstartCommandTest {
  private static final double LIMIT_ERROR = 5.0;
  private static final Pattern ROW =
      Pattern.compile("(quickstart/\\S+)\\s+([\\d,]+)\\s+([\\d.]+) %\\s+[\\d.]+");

  private record Row(String network, int parameters, double error) {}

  @Test
  void theSteerableNetworkErrsLessThanAConventionalOneWithMoreParameters() {
    Quickstart quickstart = Quickstart.get();
    assertThat(quickstart.run.exit()).as(quickstart.run.all()).isZero();
    List<Row> rows = rows(quickstart.run.out());
    assertThat(rows).extracting(Row::network).containsExactly("quickstart/c8", "quickstart/cnn");
    Row steerable = rows.get(0);
    Row conventional = rows.get(1);
    assertThat(steerable.parameters()).isEqualTo(59_906);
    assertThat(conventional.parameters()).isEqualTo(90_082);
    assertThat(steerable.error()).isLessThanOrEqualTo(LIMIT_ERROR).isLessThan(conventional.error());
  }

  @Test
  void itShowsProgressAndSaysWhereTheModelIs() {
    Quickstart quickstart = Quickstart.get();
    assertThat(quickstart.run.err()).anyMatch(line -> line.matches(".*images/s.*loss [\\d.]+.*"));
    assertThat(quickstart.run.out())
        .anyMatch(line -> line.startsWith("Model: ") && line.endsWith("c8/model"));
    assertThat(quickstart.model()).isDirectory();
  }

  @Test
  void logitsOfAnImageAndOfItsQuarterTurnsAgree() throws Exception {
    Quickstart quickstart = Quickstart.get();
    Configuration configuration = new Configuration();
    SavedModel saved = SavedModel.read(new Path(quickstart.model().toUri()), configuration);
    try (ShardDataset digits =
            ShardDataset.open(new Path(quickstart.shards().toUri()), "test", configuration);
        BatchReader reader = BatchReader.builder(digits).storedOrder().globalBatch(100).build();
        ImageBatch batch = reader.next();
        NDManager manager = NDManager.newBaseManager()) {
      Block network = saved.load(manager);
      NDArray upright = batch.floats(manager);
      NDArray expected = logits(network, manager, upright);
      NDArray turned = upright;
      for (int quarter = 1; quarter <= 4; quarter++) {
        turned = turned.transpose(0, 1, 3, 2).flip(2);
        NDArray difference = logits(network, manager, turned).sub(expected).abs().max();
        assertThat(difference.getFloat()).as("%d quarter turns", quarter).isLessThan(1e-4f);
      }
      assertThat(expected.max().sub(expected.min()).getFloat()).isGreaterThan(1f);
    }
  }

  private static NDArray logits(Block network, NDManager manager, NDArray images) {
    return network
        .forward(new ParameterStore(manager, false), new NDList(images), false)
        .singletonOrThrow();
  }

  private static List<Row> rows(List<String> lines) {
    return lines.stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(
            m ->
                new Row(
                    m.group(1),
                    Integer.parseInt(m.group(2).replace(",", "")),
                    Double.parseDouble(m.group(3))))
        .toList();
  }
}
