package io.pgproxy.cache;

import java.util.List;

/**
 * What a session has made of itself.
 *
 * @param user who it acts as
 * @param path the first schema of its search_path; s1 or s2
 */
record Persona(String user, String path, String zone) {
    static final List<String> ZONES = List.of("UTC", "Asia/Tokyo", "America/New_York");

    Persona as(String other) {
        return new Persona(other, path, zone);
    }

    Persona in(String other) {
        return new Persona(user, other, zone);
    }

    Persona at(String other) {
        return new Persona(user, path, other);
    }

    /** How noon of the first of January reads. */
    String noon() {
        return switch (zone) {
            case "Asia/Tokyo" -> "2026-01-01 21:00:00+09";
            case "America/New_York" -> "2026-01-01 07:00:00-05";
            default -> "2026-01-01 12:00:00+00";
        };
    }

    /** Whether a secret row is to be seen. */
    boolean sees(String owner) {
        return owner.equals(user) || !(user.equals("alice") || user.equals("bob"));
    }
}
