package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes through AES-256-GCM (NIST SP 800-38D) in records of at most 64 KiB: the length in clear but
 * authenticated, the ciphertext, a tag of 16 bytes.
 *
 * <p>The nonce is the record's number in its direction, under a key of that direction and
 * connection alone; so none is used twice, and a record that is repeated, left out, altered or put
 * elsewhere does not open.
 */
final class GcmWire extends Wire {

  static final int RECORD_BYTES = 64 * 1024;
  private static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final String peer;
  private final Cipher cipher;
  private final SecretKeySpec ownKey;
  private final SecretKeySpec theirKey;
  private final ByteBuffer plain = ByteBuffer.allocateDirect(RECORD_BYTES);
  private final ByteBuffer out =
      ByteBuffer.allocateDirect(Integer.BYTES + RECORD_BYTES + TAG_BYTES);
  private final ByteBuffer in = ByteBuffer.allocateDirect(Integer.BYTES + RECORD_BYTES + TAG_BYTES);
  private final ByteBuffer opened = ByteBuffer.allocateDirect(RECORD_BYTES);
  private long written;
  private long read;

  GcmWire(SocketChannel channel, SessionKeys keys, String peer) {
    super(channel);
    this.peer = peer;
    ownKey = new SecretKeySpec(keys.fromCaller(), "AES");
    theirKey = new SecretKeySpec(keys.fromCallee(), "AES");
    out.flip();
    opened.flip();
    in.limit(Integer.BYTES);
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM lacks AES/GCM", e);
    }
  }

  @Override
  long write(ByteBuffer[] buffers) throws IOException {
    long moved = flush();
    while (!out.hasRemaining() && take(buffers)) {
      seal();
      moved += flush();
    }
    return moved;
  }

  @Override
  boolean isFlushed() {
    return !out.hasRemaining();
  }

  private long flush() throws IOException {
    return out.hasRemaining() ? channel.write(out) : 0;
  }

  private boolean take(ByteBuffer[] buffers) {
    plain.clear();
    for (ByteBuffer buffer : buffers) {
      int size = Math.min(plain.remaining(), buffer.remaining());
      plain.put(plain.position(), buffer, buffer.position(), size);
      plain.position(plain.position() + size);
      buffer.position(buffer.position() + size);
    }
    return plain.flip().hasRemaining();
  }

  private void seal() {
    out.clear();
    out.putInt(plain.remaining());
    try {
      cipher.init(Cipher.ENCRYPT_MODE, ownKey, nonce(written++));
      cipher.updateAAD(out.duplicate().flip());
      cipher.doFinal(plain, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A record could not be encrypted", e);
    }
    out.flip();
  }

  @Override
  int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    if (!opened.hasRemaining()) {
      while (in.hasRemaining()) {
        int count = channel.read(in);
        if (count <= 0) {
          return count;
        }
        if (in.position() == Integer.BYTES && in.limit() == Integer.BYTES) {
          in.limit(Integer.BYTES + length() + TAG_BYTES);
        }
      }
      open();
    }
    int size = Math.min(opened.remaining(), target.remaining());
    target.put(target.position(), opened, opened.position(), size);
    target.position(target.position() + size);
    opened.position(opened.position() + size);
    return size;
  }

  private int length() {
    int length = in.getInt(0);
    if (length < 1 || length > RECORD_BYTES) {
      throw altered("a record of " + length + " bytes", null);
    }
    return length;
  }

  private void open() {
    in.flip();
    opened.clear();
    try {
      cipher.init(Cipher.DECRYPT_MODE, theirKey, nonce(read++));
      cipher.updateAAD(in.slice(0, Integer.BYTES));
      cipher.doFinal(in.position(Integer.BYTES), opened);
    } catch (AEADBadTagException e) {
      opened.clear().limit(0);
      throw altered("a record that does not open", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A record could not be decrypted", e);
    }
    opened.flip();
    in.clear().limit(Integer.BYTES);
  }

  private SyncException.NotAuthenticated altered(String what, Throwable cause) {
    return new SyncException.NotAuthenticated(
        "On the connection to "
            + peer
            + " came "
            + what
            + ": it was altered, repeated or left out on its way",
        cause);
  }

  private static GCMParameterSpec nonce(long number) {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(number).array();
    return new GCMParameterSpec(8 * TAG_BYTES, nonce);
  }
}
