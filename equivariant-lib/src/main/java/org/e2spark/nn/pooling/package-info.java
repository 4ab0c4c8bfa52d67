/** Pooling over images, over the channels of fields and over groups; blurring and resampling. */
package org.e2spark.nn.pooling;
