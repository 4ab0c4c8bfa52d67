/**
 * Networks of the Python library e2cnn: their saved states, read into networks here and written for
 * networks there.
 */
package org.e2spark.e2cnn;
