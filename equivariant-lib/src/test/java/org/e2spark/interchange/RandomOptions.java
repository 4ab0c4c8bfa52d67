package org.e2spark.interchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Sets some of a builder's options, by chance, and refuses a builder with options that no values
 * were given for, so that a new one cannot be forgotten.
 */
final class RandomOptions<B> {

  private final B builder;
  private final Random random;
  private final Map<String, Object[]> chosen = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  private RandomOptions(B builder, Random random) {
    this.builder = builder;
    this.random = random;
  }

  static <B> RandomOptions<B> of(B builder, Random random) {
    return new RandomOptions<>(builder, random);
  }

  /** An option that is set. */
  RandomOptions<B> with(String name, Object... values) {
    known.add(name);
    chosen.put(name, values);
    return this;
  }

  /** An option that is set three times in four. */
  RandomOptions<B> maybe(String name, Object... values) {
    known.add(name);
    if (random.nextInt(4) > 0) {
      chosen.put(name, values);
    }
    return this;
  }

  /** An option that those set leave no choice for. */
  RandomOptions<B> without(String name) {
    known.add(name);
    return this;
  }

  /** The builder with the options set. */
  B set() {
    assertThat(known)
        .as("The options of %s that RandomModules has values for", builder.getClass().getName())
        .isEqualTo(names());
    chosen.forEach(this::call);
    return builder;
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    options().forEach(method -> names.add(method.getName()));
    return names;
  }

  private Stream<Method> options() {
    return Arrays.stream(builder.getClass().getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getReturnType() != Object.class)
        .filter(method -> method.getReturnType().isInstance(builder));
  }

  private void call(String name, Object[] values) {
    Method option =
        options()
            .filter(method -> method.getName().equals(name) && takes(method, values))
            .findFirst()
            .orElseThrow(() -> new AssertionError(name + " takes no " + Arrays.toString(values)));
    option.setAccessible(true);
    try {
      option.invoke(builder, values);
    } catch (InvocationTargetException e) {
      throw new AssertionError(name + " refuses " + Arrays.toString(values), e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean takes(Method method, Object[] values) {
    Class<?>[] types = method.getParameterTypes();
    if (types.length != values.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      boolean fits =
          types[i].isPrimitive()
              ? (types[i] == int.class && values[i] instanceof Integer)
                  || (types[i] == double.class && values[i] instanceof Double)
              : types[i].isInstance(values[i]);
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
