/**
 * What is told about a training while it runs, to whoever listens: typed events and the workers'
 * reports that carry them to the driver.
 */
package org.e2spark.events;
