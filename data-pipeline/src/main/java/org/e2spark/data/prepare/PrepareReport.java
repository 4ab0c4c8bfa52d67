package org.e2spark.data.prepare;

import java.util.List;
import java.util.Optional;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.SourceNote;

/**
 * What a preparation did.
 *
 * @param manifest the manifest it published, or found
 * @param written shards this run wrote
 * @param reused shards an earlier run had finished
 * @param duplicates images that occur more than once, if that was asked
 * @param notes what was left out or passed over in images that were read, and in how many
 */
public record PrepareReport(
    ShardManifest manifest,
    int written,
    int reused,
    Optional<DuplicateReport> duplicates,
    List<SourceNote> notes) {}
