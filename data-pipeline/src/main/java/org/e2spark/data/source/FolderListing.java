package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The files of class folders, in order of id.
 *
 * @param classNames the classes in alphabetical order
 * @param files the files by split, class and path
 * @param account of all files seen
 */
record FolderListing(
    List<String> classNames, List<FolderPart.ImageFile> files, FileAccount account) {

  private static final int MAX_DEPTH = 32;

  /** What systems put into folders of images, in lower case. */
  private static final Set<String> OF_SYSTEMS = Set.of("thumbs.db", "ehthumbs.db", "desktop.ini");

  static FolderListing of(List<SourceBuilder.SplitFiles> splits, Configuration conf) {
    FileAccount.Builder account = new FileAccount.Builder();
    Map<SourceBuilder.SplitFiles, List<FileStatus>> folders = new LinkedHashMap<>();
    TreeSet<String> classes = new TreeSet<>();
    for (SourceBuilder.SplitFiles split : splits) {
      List<FileStatus> found = new ArrayList<>();
      for (FileStatus child : visible(new Path(split.images()), account, conf)) {
        if (child.isDirectory()) {
          found.add(child);
          classes.add(className(child));
        } else {
          account.leftOut("not in a folder of a class", child.getPath().toString());
        }
      }
      folders.put(split, found);
    }
    if (classes.isEmpty()) {
      throw new BadImageDataException(
          splits.get(0).images(), "a folder for each class", "no folder");
    }
    List<String> classNames = List.copyOf(classes);
    List<FolderPart.ImageFile> files = new ArrayList<>();
    folders.forEach(
        (split, found) ->
            found.forEach(
                folder ->
                    addClass(
                        folder,
                        classNames.indexOf(className(folder)),
                        split.split(),
                        files,
                        account,
                        conf)));
    return new FolderListing(classNames, files, account.build());
  }

  private static String className(FileStatus folder) {
    return FolderContents.composed(FolderContents.name(folder));
  }

  private static void addClass(
      FileStatus folder,
      int label,
      String split,
      List<FolderPart.ImageFile> files,
      FileAccount.Builder account,
      Configuration conf) {
    List<FileStatus> found = new ArrayList<>();
    collect(folder.getPath(), found, 0, account, conf);
    if (found.isEmpty()) {
      throw new BadImageDataException(
          folder.getPath().toString(), "images of the class", "no file");
    }
    for (FileStatus file : found) {
      account.read();
      files.add(
          new FolderPart.ImageFile(
              file.getPath().toString(), file.getLen(), label, split, files.size()));
    }
  }

  private static void collect(
      Path folder,
      List<FileStatus> files,
      int depth,
      FileAccount.Builder account,
      Configuration conf) {
    if (depth > MAX_DEPTH) {
      throw new BadImageDataException(
          folder.toString(),
          "at most " + MAX_DEPTH + " folders within each other",
          "more (a link to a folder above?)");
    }
    for (FileStatus child : visible(folder, account, conf)) {
      if (child.isDirectory()) {
        collect(child.getPath(), files, depth + 1, account, conf);
      } else {
        files.add(child);
      }
    }
  }

  /** The children that can be images or hold them. */
  private static List<FileStatus> visible(
      Path folder, FileAccount.Builder account, Configuration conf) {
    List<FileStatus> visible = new ArrayList<>();
    for (FileStatus child : FolderContents.of(folder, conf)) {
      String name = FolderContents.name(child);
      String kind = child.isDirectory() ? "folder" : "file";
      if (FolderContents.isHidden(name)) {
        account.leftOut("hidden " + kind, child.getPath().toString());
      } else if (!child.isDirectory() && OF_SYSTEMS.contains(name.toLowerCase(Locale.ROOT))) {
        account.leftOut("made by a system, no image", child.getPath().toString());
      } else {
        visible.add(child);
      }
    }
    return visible;
  }
}
