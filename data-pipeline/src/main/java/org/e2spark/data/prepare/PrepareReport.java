package org.e2spark.data.prepare;

import java.util.Optional;
import org.e2spark.data.shard.ShardManifest;

/**
 * What a preparation did.
 *
 * @param manifest the manifest it published, or found
 * @param written shards this run wrote
 * @param reused shards an earlier run had finished
 * @param duplicates images that occur more than once, if that was asked
 */
public record PrepareReport(
    ShardManifest manifest, int written, int reused, Optional<DuplicateReport> duplicates) {}
