package io.pgproxy.auth;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads pgbouncer's auth_file: see "Authentication file format" in its manual. */
final class UserListText {
    private final String line;
    private final int number;
    private int at;

    private UserListText(String line, int number) {
        this.line = line;
        this.number = number;
    }

    /** The users of a file; an empty secret is a user who cannot log in. */
    static List<User> read(String text) {
        List<User> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        String[] lines = text.split("\r\n|\n|\r", -1);
        for (int i = 0; i < lines.length; i++) {
            UserListText line = new UserListText(lines[i], i + 1);
            if (!line.isBlank()) {
                User user = line.user();
                if (!names.add(user.name())) {
                    throw line.malformed("a user that is there already");
                }
                users.add(user);
            }
        }
        return users;
    }

    private boolean isBlank() {
        skipBlanks();
        return at == line.length() || line.charAt(at) == ';';
    }

    /** What stands behind the second string is ignored, as pgbouncer does. */
    private User user() {
        String name = quoted();
        if (name.isEmpty()) {
            throw malformed("an empty name");
        }
        int behind = at;
        skipBlanks();
        if (at == behind) {
            throw malformed("no blank behind the name");
        }
        String secret = quoted();
        try {
            return secret.isEmpty() ? new User(name, null, null, Map.of()) : User.of(name, Secret.parse(secret));
        } catch (IllegalArgumentException e) {
            throw malformed("a secret that cannot be read");
        }
    }

    private String quoted() {
        if (at == line.length() || line.charAt(at) != '"') {
            throw malformed("no quoted string where one belongs");
        }
        StringBuilder text = new StringBuilder();
        for (at++; at < line.length(); at++) {
            char next = line.charAt(at);
            if (next != '"') {
                text.append(next);
            } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
                text.append(next);
                at++;
            } else {
                at++;
                return text.toString();
            }
        }
        throw malformed("a string without an end");
    }

    private void skipBlanks() {
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
    }

    private IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("line " + number + " has " + what);
    }
}
