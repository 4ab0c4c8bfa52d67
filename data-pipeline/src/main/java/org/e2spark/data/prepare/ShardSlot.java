package org.e2spark.data.prepare;

import java.io.Serializable;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.text.Text;

/**
 * A shard to be: which rows of which split it will hold.
 *
 * @param split the split's name
 * @param index the shard's place in its split
 * @param firstId smallest id it holds
 * @param lastId largest id it holds
 * @param rows number of rows
 * @param file the shard's name
 */
record ShardSlot(String split, int index, long firstId, long lastId, long rows, String file)
    implements Serializable {
  static final StructType SCHEMA =
      new StructType()
          .add("slotSplit", DataTypes.StringType, false)
          .add("firstId", DataTypes.LongType, false)
          .add("lastId", DataTypes.LongType, false)
          .add("slot", DataTypes.IntegerType, false)
          .add("partitionKey", DataTypes.IntegerType, false);

  ShardSlot(String split, int index, long firstId, long lastId, long rows) {
    this(split, index, firstId, lastId, rows, Text.format("%s-%05d.arrow", split, index));
  }
}
