package org.e2spark.data.source;

import java.io.Serializable;
import java.util.List;

/**
 * Some files of a folder of images.
 *
 * @param files the files, in order of id
 */
record FolderPart(List<ImageFile> files) implements Serializable {

  /**
   * One file.
   *
   * @param path Hadoop path
   * @param length bytes
   * @param id id of its sample
   */
  record ImageFile(String path, long length, int label, String split, long id)
      implements Serializable {}
}
