package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.text.Similar;

/** How much each class counts in the loss. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ClassWeights.Equal.class, name = "equal"),
  @JsonSubTypes.Type(value = ClassWeights.Balanced.class, name = "balanced"),
  @JsonSubTypes.Type(value = ClassWeights.Given.class, name = "given")
})
public sealed interface ClassWeights extends Serializable {

  /**
   * One weight for each class, whose mean over the split's samples (by their own weights, where
   * they have some) is 1, so that a mean loss and a learning rate mean what they do without
   * weights.
   *
   * @throws IllegalArgumentException if the weights do not fit the data's classes
   */
  double[] of(ShardManifest data, String split);

  /** Every sample counts the same. */
  record Equal() implements ClassWeights {
    @Override
    public double[] of(ShardManifest data, String split) {
      double[] weights = new double[data.classNames().size()];
      java.util.Arrays.fill(weights, 1);
      return weights;
    }
  }

  /** Every class counts the same, by the number or the weights of its samples in the split. */
  record Balanced() implements ClassWeights {
    @Override
    public double[] of(ShardManifest data, String split) {
      return data.classWeights(split);
    }
  }

  /**
   * Weights in proportion to given ones.
   *
   * @param byClass at least 0, for each class by its name
   */
  record Given(Map<String, Double> byClass) implements ClassWeights {
    /**
     * Copies the weights.
     *
     * @throws IllegalArgumentException naming the one that is out of range
     */
    public Given {
      byClass = Collections.unmodifiableMap(new TreeMap<>(byClass));
      byClass.forEach(
          (name, weight) -> {
            if (weight == null || !(weight >= 0 && weight <= Float.MAX_VALUE)) {
              throw new IllegalArgumentException(
                  "Invalid weight of class " + name + ": " + weight + " (must be >= 0)");
            }
          });
    }

    @Override
    public double[] of(ShardManifest data, String split) {
      List<String> names = data.classNames();
      requireEvery(names);
      double[] totals = data.split(split).classTotals();
      double sum = 0;
      for (int i = 0; i < names.size(); i++) {
        sum += byClass.get(names.get(i)) * totals[i];
      }
      if (!(sum > 0)) {
        throw new IllegalArgumentException(
            "Invalid class weights: no sample of '" + split + "' has a weight above 0");
      }
      double mean = sum / DoubleStream.of(totals).sum();
      return names.stream().mapToDouble(name -> byClass.get(name) / mean).toArray();
    }

    private void requireEvery(List<String> names) {
      for (String name : byClass.keySet()) {
        if (!names.contains(name)) {
          throw new IllegalArgumentException(
              "There is no class '"
                  + name
                  + "' to weigh (the nearest: "
                  + Similar.names(name, names, 3)
                  + ")");
        }
      }
      List<String> missing = new ArrayList<>(names);
      missing.removeAll(byClass.keySet());
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException("The class weights lack the classes " + missing);
      }
    }
  }
}
