/** The library's own layers as kinds, which specifications name by their classes. */
package org.e2spark.spec.kinds;
