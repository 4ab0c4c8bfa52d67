/** Pictures of fields and kernels, for people to look at. They hold no text: none needs a font. */
package org.e2spark.picture;
