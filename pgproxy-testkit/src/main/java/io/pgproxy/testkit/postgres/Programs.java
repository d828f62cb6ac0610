package io.pgproxy.testkit.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked.
 *
 * @param home the directory that holds bin, lib and share
 * @param version the major version
 */
record Programs(Path home, int version) {

    /** A directory of jars beside the class path, which can hold an artifact in one version only. */
    static final String DIRECTORY_PROPERTY = "pgproxy.testkit.binaries";

    /** The first that has the version, 0 for any; unpacked on first use, for all JVMs to come. */
    static Optional<Programs> find(int version, Cache cache) throws IOException {
        for (URL archive : archives()) {
            Programs programs = unpacked(archive, cache);
            if (version == 0 || programs.version == version) {
                return Optional.of(programs);
            }
        }
        return Optional.empty();
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    boolean bring(String extension) {
        return Files.exists(home.resolve("share/postgresql/extension").resolve(extension + ".control"));
    }

    private static Programs unpacked(URL archive, Cache cache) throws IOException {
        Path home = cache.directory("postgres-" + identity(archive), directory -> {
            try (InputStream in = open(archive);
                    InputStream tar = new BufferedInputStream(new XZInputStream(in), 1 << 16)) {
                new TarReader(tar, directory).unpack();
            }
        });
        return new Programs(home, versionOf(home));
    }

    /** The bootstrap file begins with "# PostgreSQL 15"; initdb itself trusts that line. */
    private static int versionOf(Path home) throws IOException {
        try (var lines = Files.lines(home.resolve("share/postgresql/postgres.bki"))) {
            String first = lines.findFirst().orElse("");
            return Integer.parseInt(first.replaceFirst("^# PostgreSQL (\\d+).*", "$1"));
        }
    }

    private static List<URL> archives() throws IOException {
        List<URL> found = new ArrayList<>();
        for (String name : names()) {
            found.addAll(Collections.list(Programs.class.getClassLoader().getResources(name)));
        }
        String directory = System.getProperty(DIRECTORY_PROPERTY, "");
        if (!directory.isEmpty() && Files.isDirectory(Path.of(directory))) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(directory), "*.jar")) {
                for (Path jar : jars) {
                    for (String name : names()) {
                        URL entry =
                                URI.create("jar:" + jar.toUri() + "!/" + name).toURL();
                        if (exists(entry)) {
                            found.add(entry);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** How the artifacts name their content; on musl the programs that are linked against glibc do not start. */
    static List<String> names() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
        String name = "postgres-" + system + "-" + machine;
        boolean musl =
                Files.exists(Path.of("/lib/ld-musl-x86_64.so.1")) || Files.exists(Path.of("/lib/ld-musl-aarch64.so.1"));
        return List.of(musl ? name + "-alpine_linux.txz" : name + ".txz");
    }

    private static boolean exists(URL entry) {
        try (InputStream in = open(entry)) {
            return in != null;
        } catch (IOException noSuchEntry) {
            return false;
        }
    }

    /**
     * A jar knows size and checksum of what is in it; reading its 15 MB at every start would take longer than to start.
     */
    private static String identity(URL archive) throws IOException {
        if (connect(archive) instanceof JarURLConnection jar) {
            try (JarFile file = jar.getJarFile()) {
                JarEntry entry = file.getJarEntry(jar.getEntryName());
                return Fingerprint.of(entry.getName() + " " + entry.getSize() + " " + entry.getCrc());
            }
        }
        return Fingerprint.of(open(archive));
    }

    private static InputStream open(URL url) throws IOException {
        return connect(url).getInputStream();
    }

    private static URLConnection connect(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        // Else the jar stays open, and on close of another stream of it this one ends.
        connection.setUseCaches(false);
        return connection;
    }
}
