package io.pgproxy.core.clients;

import java.io.File;
import java.util.regex.Pattern;

/** A program of this machine. */
final class Program {
    private Program() {}

    static boolean isOnPath(String name) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> new File(directory, name).canExecute());
    }
}
