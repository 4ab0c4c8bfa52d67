package org.e2spark.sync;

/**
 * The keys of one connection, one a direction; no array is ever copied out of this package.
 *
 * @param fromCaller for what the caller sends
 * @param fromCallee for what the callee sends
 */
record SessionKeys(byte[] fromCaller, byte[] fromCallee) {

  SessionKeys reversed() {
    return new SessionKeys(fromCallee, fromCaller);
  }

  @Override
  public String toString() {
    return "SessionKeys[hidden]";
  }
}
