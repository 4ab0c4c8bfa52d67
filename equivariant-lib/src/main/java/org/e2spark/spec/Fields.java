package org.e2spark.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.e2spark.group.BandLimited;
import org.e2spark.group.Group;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;

/**
 * Fields as text, in the names that field types print and saved weights carry: {@code 24 x
 * regular}, {@code trivial}, {@code 8 x irrep_1}, {@code irrep_1,2}, {@code quotient[(None, 4)]},
 * {@code induced[(None, -1)][irrep_1]}, {@code bandlimited[3]}, and {@code sum[NAME][irrep_1 +
 * irrep_2]} for a field that is a direct sum under a name of its own.
 *
 * @param texts one for each run of equal fields
 * @param path of the texts, for messages
 */
public record Fields(List<String> texts, String path) {

  private static final Pattern FREQUENCY = Pattern.compile("bandlimited\\[([0-9]{1,4})\\]");
  private static final Pattern QUOTIENT_FREQUENCY =
      Pattern.compile("bandlimited\\[([^\\]]+)\\]\\[([0-9]{1,4})\\]");
  private static final Pattern QUOTIENT = Pattern.compile("quotient\\[([^\\]]+)\\]");
  private static final Pattern INDUCED = Pattern.compile("induced\\[([^\\]]+)\\]\\[([^\\]]+)\\]");
  private static final Pattern SUM = Pattern.compile("sum\\[([^\\]]+)\\]\\[(.+)\\]");
  private static final Pattern IRREP = Pattern.compile("irrep_([0-9]{1,4})(?:,([0-9]{1,4}))?");
  private static final String PLUS = " + ";

  /** Something, and how many times. */
  record Count(int copies, String what) {

    private static final Pattern TEXT = Pattern.compile("(?:([0-9]{1,9}) x )?(.+)");

    static Count of(String text) {
      Matcher matcher = TEXT.matcher(text);
      return matcher.matches()
          ? new Count(
              matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1)), matcher.group(2))
          : new Count(1, text);
    }
  }

  static Map<String, Object> schema() {
    return Map.of(
        "type",
        "string",
        "examples",
        List.of("24 x regular", "trivial", "8 x irrep_1", "quotient[(None, 4)]"));
  }

  static Fields read(List<String> texts, String path) {
    if (texts.isEmpty()) {
      throw new SpecException(path, "no fields (must be at least one)");
    }
    return new Fields(texts, path);
  }

  /** How a field type is written; one that was restricted has no text. */
  public static List<String> of(FieldType type) {
    return of(type.representations());
  }

  /** As {@link #of(FieldType)}, of any fields, also of none. */
  public static List<String> of(List<? extends Representation> fields) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < fields.size(); ) {
      int j = i;
      while (j < fields.size() && fields.get(j).equals(fields.get(i))) {
        j++;
      }
      texts.add((j - i == 1 ? "" : j - i + " x ") + text(fields.get(i)));
      i = j;
    }
    return texts;
  }

  private static String text(Representation field) {
    if (field instanceof Irrep && field.isTrivial()) {
      return "trivial";
    }
    boolean isNamed =
        !(field instanceof Irrep) && field.isDirectSumOfIrreps() && !field.name().contains("[");
    return isNamed
        ? "sum["
            + field.name()
            + "]["
            + String.join(PLUS, field.irreps().stream().map(Representation::name).toList())
            + "]"
        : field.name();
  }

  /**
   * The field type over a space.
   *
   * @throws SpecException if the space has no such fields, naming the path
   */
  public FieldType over(GSpace space) {
    List<Representation> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Count count = Count.of(texts.get(i));
      String at = path + "[" + i + "]";
      if (count.copies() < 1) {
        throw new SpecException(at, texts.get(i) + " (must be at least 1 field)");
      }
      try {
        all.addAll(Collections.nCopies(count.copies(), representation(space, count.what(), at)));
      } catch (SpecException e) {
        throw e;
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new SpecException(at, e.getMessage(), e);
      }
    }
    return FieldType.of(space, all);
  }

  private static Representation representation(GSpace space, String text, String path) {
    Group group = space.fiberGroup();
    if (text.equals("trivial")) {
      return space.trivial();
    }
    if (text.equals("regular")) {
      return space.regular();
    }
    Matcher matcher = QUOTIENT.matcher(text);
    if (matcher.matches()) {
      return space.quotient(SubgroupId.parse(matcher.group(1)));
    }
    matcher = INDUCED.matcher(text);
    if (matcher.matches()) {
      SubgroupId id = SubgroupId.parse(matcher.group(1));
      return space.induced(id, irrep(space.subgroup(id).group(), matcher.group(2), path));
    }
    matcher = FREQUENCY.matcher(text);
    if (matcher.matches()) {
      return BandLimited.regular(group, Integer.parseInt(matcher.group(1))).representation();
    }
    matcher = QUOTIENT_FREQUENCY.matcher(text);
    if (matcher.matches()) {
      SubgroupId id = SubgroupId.parse(matcher.group(1));
      return BandLimited.quotient(group, id, Integer.parseInt(matcher.group(2))).representation();
    }
    matcher = SUM.matcher(text);
    if (matcher.matches()) {
      List<Representation> parts =
          Stream.of(matcher.group(2).split(Pattern.quote(PLUS), -1))
              .map(part -> representation(space, part, path))
              .toList();
      return Representation.directSum(parts, matcher.group(1));
    }
    return irrep(group, text, path);
  }

  private static Irrep irrep(Group group, String text, String path) {
    Matcher matcher = IRREP.matcher(text);
    if (!matcher.matches()) {
      throw new SpecException(
          path,
          "'"
              + text
              + "' (must be trivial, regular, irrep_K, quotient[SUBGROUP],"
              + " induced[SUBGROUP][irrep_K], bandlimited[K] or sum[NAME][irrep_K + ...], with the"
              + " number before it: 24 x regular)");
    }
    int first = Integer.parseInt(matcher.group(1));
    return matcher.group(2) == null
        ? group.irrep(first)
        : group.irrep(first, Integer.parseInt(matcher.group(2)));
  }
}
