package org.e2spark.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;

/**
 * Spaces as JSON: {@code {"group": "D4", "axis": 1.57}}; {@code C1} has no symmetries, {@code D1} a
 * reflection only.
 */
public final class GSpaces {

  private static final String GROUP = "group";
  private static final String FREQUENCY = "maximumFrequency";
  private static final String AXIS = "axis";
  private static final Pattern FINITE = Pattern.compile("([CD])([1-9][0-9]{0,3})");

  private GSpaces() {}

  /** The JSON schema. */
  public static Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        GROUP, Map.of("type", "string", "pattern", "^([CD][1-9][0-9]*|SO\\(2\\)|O\\(2\\))$"));
    properties.put(FREQUENCY, OptionTypes.integer(0).schema());
    properties.put(AXIS, OptionTypes.number().schema());
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", List.of(GROUP));
    schema.put("additionalProperties", false);
    return schema;
  }

  /**
   * Reads a space.
   *
   * @throws SpecException naming the path of what is wrong
   */
  public static GSpace read(Object tree, String path) {
    Map<String, Object> object = OptionTypes.object(tree, path);
    for (String key : object.keySet()) {
      if (!List.of(GROUP, FREQUENCY, AXIS).contains(key)) {
        throw new SpecException(
            path + "." + key, "is none of " + String.join(", ", GROUP, FREQUENCY, AXIS));
      }
    }
    if (!object.containsKey(GROUP)) {
      throw new SpecException(path + "." + GROUP, "is missing");
    }
    String group = OptionTypes.text().read(object.get(GROUP), path + "." + GROUP);
    Integer frequency =
        object.containsKey(FREQUENCY)
            ? OptionTypes.integer(0).read(object.get(FREQUENCY), path + "." + FREQUENCY)
            : null;
    Double axis =
        object.containsKey(AXIS)
            ? OptionTypes.number().read(object.get(AXIS), path + "." + AXIS)
            : null;
    boolean isContinuous = group.equals("SO(2)") || group.equals("O(2)");
    if (isContinuous && frequency == null) {
      throw new SpecException(
          path + "." + FREQUENCY, "is missing: " + group + " has irreps of all frequencies");
    }
    if (!isContinuous && frequency != null) {
      throw new SpecException(path + "." + FREQUENCY, "has no meaning for " + group);
    }
    boolean hasReflections = group.startsWith("D") || group.equals("O(2)");
    if (axis != null && !hasReflections) {
      throw new SpecException(path + "." + AXIS, "has no meaning for " + group);
    }
    try {
      return space(group, frequency, axis == null ? Math.PI / 2 : axis, path);
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SpecException(path, e.getMessage(), e);
    }
  }

  private static GSpace space(String group, Integer frequency, double axis, String path) {
    if (group.equals("SO(2)")) {
      return Rot2dOnR2.continuous(frequency);
    }
    if (group.equals("O(2)")) {
      return new FlipRot2dOnR2(-1, frequency, axis);
    }
    Matcher matcher = FINITE.matcher(group);
    if (!matcher.matches()) {
      throw new SpecException(
          path + "." + GROUP, group + " (must be C1, C2, ..., D1, D2, ..., SO(2) or O(2))");
    }
    int rotations = Integer.parseInt(matcher.group(2));
    if (matcher.group(1).equals("C")) {
      return rotations == 1 ? new TrivialOnR2() : new Rot2dOnR2(rotations);
    }
    return rotations == 1 ? new Flip2dOnR2(axis) : new FlipRot2dOnR2(rotations, axis);
  }

  /** How a space is written. */
  public static Map<String, Object> tree(GSpace space) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (space instanceof TrivialOnR2) {
      tree.put(GROUP, "C1");
    } else if (space instanceof Flip2dOnR2 flip) {
      tree.put(GROUP, "D1");
      putAxis(tree, flip.axis());
    } else if (space instanceof Rot2dOnR2 turning) {
      tree.put(GROUP, turning.fiberGroup().name());
      putFrequency(tree, turning.rotations(), turning.maximumFrequency());
    } else if (space instanceof FlipRot2dOnR2 both) {
      tree.put(GROUP, both.fiberGroup().name());
      putFrequency(tree, both.rotations(), both.maximumFrequency());
      putAxis(tree, both.axis());
    }
    return tree;
  }

  private static void putAxis(Map<String, Object> tree, double axis) {
    if (axis != Math.PI / 2) {
      tree.put(AXIS, axis);
    }
  }

  private static void putFrequency(Map<String, Object> tree, int rotations, int frequency) {
    if (rotations < 0) {
      tree.put(FREQUENCY, (long) frequency);
    }
  }
}
