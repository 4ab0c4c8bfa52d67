package org.e2spark.recipe;

/**
 * A published test error.
 *
 * @param recipe whose it is
 * @param error percent
 * @param spread over the seeds, percent; null if not published
 * @param source where it stands
 * @param verified whether it was compared with the source
 */
public record Published(
    String recipe, double error, Double spread, String source, boolean verified) {}
