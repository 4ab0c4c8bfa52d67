/** How equivariant a network is: measured, and by looking at its layers. */
package org.e2spark.nn.check;
