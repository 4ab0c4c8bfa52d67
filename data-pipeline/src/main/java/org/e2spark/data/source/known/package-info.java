/**
 * Published image sets by name: where they are, what their files must hash to, and the sets that
 * the experiments on equivariant networks made of them.
 *
 * <p>{@link org.e2spark.data.source.known.KnownSet#open} reads a set from a folder that holds its
 * official files; {@link org.e2spark.data.source.known.Fetcher} brings them there.
 */
package org.e2spark.data.source.known;
