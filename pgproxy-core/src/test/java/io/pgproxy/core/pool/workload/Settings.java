package io.pgproxy.core.pool.workload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The settings of one client's session as they have to be, and the statements that change them. For one thread. */
final class Settings {
    private static final List<String> ZONES =
            List.of("Asia/Tokyo", "America/New_York", "Europe/Berlin", "UTC", "Pacific/Auckland");
    private static final List<String> NAMES =
            List.of("app.tenant", "application_name", "TimeZone", "role", "search_path", "statement_timeout");

    /** Asks for what {@link #expected} tells, in one row. */
    static final String QUERY = "select current_setting('app.tenant', true), current_setting('application_name'),"
            + " current_setting('TimeZone'), current_setting('role'), current_setting('search_path'),"
            + " current_setting('statement_timeout'), current_user::text = case current_setting('role')"
            + " when 'none' then session_user::text else current_setting('role') end,"
            + " extract(timezone from timestamptz '2024-02-29 12:00:00+00')::text";

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Random random;

    Settings(Random random) {
        this.random = random;
    }

    /** Some setting and a value for it. */
    Setting any(String token) {
        return any(NAMES.get(random.nextInt(NAMES.size())), token);
    }

    /** One of each. */
    List<Setting> all(String token) {
        List<Setting> all = new ArrayList<>();
        NAMES.forEach(name -> all.add(any(name, token)));
        return all;
    }

    private Setting any(String name, String token) {
        return new Setting(
                name,
                switch (name) {
                    case "TimeZone" -> ZONES.get(random.nextInt(ZONES.size()));
                    case "role" -> random.nextInt(3) == 0 ? "none" : "worker" + random.nextInt(8);
                    case "search_path" -> "s" + random.nextInt(8);
                    case "statement_timeout" -> 30 + random.nextInt(25) + "s";
                    default -> token;
                });
    }

    /** It is in force from now on. */
    void put(Setting setting) {
        values.put(setting.name(), setting.value());
    }

    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** What {@link #QUERY} has to give. */
    List<String> expected() {
        List<String> expected = new ArrayList<>();
        NAMES.forEach(name -> expected.add(value(name)));
        expected.add("t");
        expected.add(
                switch (value("TimeZone")) {
                    case "Asia/Tokyo" -> "32400";
                    case "America/New_York" -> "-18000";
                    case "Europe/Berlin" -> "3600";
                    case "Pacific/Auckland" -> "46800";
                    default -> "0";
                });
        return expected;
    }

    /**
     * A setting and its value.
     *
     * @param name as SET takes it
     * @param value without quotes
     */
    record Setting(String name, String value) {
        String set() {
            return "set " + name + " to '" + value + "'";
        }

        String setLocal() {
            return "set local " + name + " to '" + value + "'";
        }
    }
}
