/** Modules made of modules, and modules that reorder, restrict or mask fields. */
package org.e2spark.nn.container;
