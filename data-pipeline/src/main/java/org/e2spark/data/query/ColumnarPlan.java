package org.e2spark.data.query;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The part of a plan that gives its columns as column batches.
 *
 * @param plan the part
 * @param places where in a batch each column is that the whole plan gives
 */
record ColumnarPlan(SparkPlan plan, int[] places) {
  /** Looks through the nodes that only choose columns or turn them into rows. */
  static Optional<ColumnarPlan> find(SparkPlan whole) {
    SparkPlan plan = whole;
    while (!plan.supportsColumnar()) {
      if (!isTransparent(plan)) {
        return Optional.empty();
      }
      plan = plan.children().head();
    }
    List<Attribute> given = CollectionConverters.asJava(plan.output());
    List<Attribute> all = CollectionConverters.asJava(whole.output());
    int[] places = new int[all.size()];
    for (int i = 0; i < places.length; i++) {
      Attribute wanted = all.get(i);
      int column = 0;
      while (column < given.size() && !given.get(column).exprId().equals(wanted.exprId())) {
        column++;
      }
      if (column == given.size()) {
        return Optional.empty();
      }
      places[i] = column;
    }
    return Optional.of(new ColumnarPlan(plan, places));
  }

  private static boolean isTransparent(SparkPlan plan) {
    if (plan instanceof ProjectExec project) {
      return CollectionConverters.asJava(project.projectList()).stream()
          .allMatch(expression -> expression instanceof Attribute);
    }
    return plan instanceof WholeStageCodegenExec
        || plan instanceof ColumnarToRowExec
        || plan instanceof InputAdapter;
  }
}
