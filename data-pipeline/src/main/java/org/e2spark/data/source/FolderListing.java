package org.e2spark.data.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of class folders, in order of id.
 *
 * @param classNames the classes in alphabetical order
 * @param files the files by split, class and path
 */
record FolderListing(List<String> classNames, List<FolderPart.ImageFile> files) {

  private static final int MAX_DEPTH = 32;

  /** The folder of the class folders of a split. */
  record Split(String name, String folder) {}

  static FolderListing of(List<Split> splits, Configuration conf) {
    TreeSet<String> classes = new TreeSet<>();
    for (Split split : splits) {
      for (FileStatus folder : children(new Path(split.folder()), conf)) {
        if (folder.isDirectory()) {
          classes.add(folder.getPath().getName());
        }
      }
    }
    if (classes.isEmpty()) {
      throw new BadImageDataException(
          splits.get(0).folder(),
          BadImageDataException.WHOLE_FILE,
          "a folder for each class",
          "no folder");
    }
    List<String> classNames = List.copyOf(classes);
    List<FolderPart.ImageFile> files = new ArrayList<>();
    for (Split split : splits) {
      for (FileStatus folder : children(new Path(split.folder()), conf)) {
        if (folder.isDirectory()) {
          addClass(folder.getPath(), classNames, split.name(), files, conf);
        }
      }
    }
    return new FolderListing(classNames, files);
  }

  private static void addClass(
      Path folder,
      List<String> classNames,
      String split,
      List<FolderPart.ImageFile> files,
      Configuration conf) {
    List<FileStatus> found = new ArrayList<>();
    collect(folder, found, 0, conf);
    if (found.isEmpty()) {
      throw new BadImageDataException(
          folder.toString(), BadImageDataException.WHOLE_FILE, "images of the class", "no file");
    }
    int label = classNames.indexOf(folder.getName());
    for (FileStatus file : found) {
      files.add(
          new FolderPart.ImageFile(
              file.getPath().toString(), file.getLen(), label, split, files.size()));
    }
  }

  private static void collect(Path folder, List<FileStatus> files, int depth, Configuration conf) {
    if (depth > MAX_DEPTH) {
      throw new BadImageDataException(
          folder.toString(),
          BadImageDataException.WHOLE_FILE,
          "at most " + MAX_DEPTH + " folders within each other",
          "more (a link to a folder above?)");
    }
    for (FileStatus child : children(folder, conf)) {
      if (child.isDirectory()) {
        collect(child.getPath(), files, depth + 1, conf);
      } else {
        files.add(child);
      }
    }
  }

  /** The visible children by name: file systems list in any order. */
  private static List<FileStatus> children(Path folder, Configuration conf) {
    try {
      FileSystem fileSystem = folder.getFileSystem(conf);
      return Arrays.stream(fileSystem.listStatus(folder))
          .filter(child -> !isHidden(child.getPath().getName()))
          .sorted(Comparator.comparing(child -> child.getPath().getName()))
          .toList();
    } catch (IOException e) {
      throw new BadImageDataException(
          folder.toString(), BadImageDataException.WHOLE_FILE, "a folder", e.toString(), e);
    }
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
