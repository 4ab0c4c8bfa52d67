/**
 * What every package may use to write text that does not depend on the user's locale. {@code
 * equivariant-lib} has the same in its own {@code text}: the two modules see nothing of each other,
 * and one method is no reason for a third.
 */
package org.e2spark.data.text;
