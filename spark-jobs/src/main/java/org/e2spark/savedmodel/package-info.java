/**
 * The trained model as a directory: weights as safetensors, a card that says what it is, and a
 * manifest, written last.
 */
package org.e2spark.savedmodel;
