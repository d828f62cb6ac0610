package io.pgproxy.readonly;

import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.readonly.StartupOptions.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client may ask for at start-up: what SET may change, in plain parameters and in {@code options}. The read-only
 * settings are taken out of both, and {@code default_transaction_read_only=on} is put at the end, where it wins: the
 * server applies {@code options} first, then the others in order ({@code process_startup_options} in postinit.c), and
 * RESET and DISCARD return to what came out of that.
 */
final class StartupRules {
    /** {@code parse_bool} of the server takes these for no. */
    private static final Set<String> NO = Set.of("false", "fals", "fal", "fa", "f", "off", "of", "no", "n", "0");

    private final SettingRules settings;

    StartupRules(SettingRules settings) {
        this.settings = settings;
    }

    Verdict<Startup> connected(Startup asked) {
        List<StartupParameter> kept = new ArrayList<>();
        boolean encoding = false;
        for (StartupParameter parameter : asked.parameters()) {
            if (isForTheServer(parameter.name())) {
                kept.add(parameter);
                continue;
            }
            if (parameter.name().equals("replication")) {
                if (!NO.contains(parameter.value().toLowerCase(Locale.ROOT))) {
                    return refuse("a replication connection takes commands that are not judged");
                }
                continue;
            }
            List<Setting> settingsAsked = settings(parameter);
            if (settingsAsked == null) {
                return refuse("the start-up parameter options may hold settings only, as -c name=value");
            }
            Refusal refusal = refusal(settingsAsked);
            if (refusal != null) {
                return Verdict.reject(refusal.fatal(SqlState.INSUFFICIENT_PRIVILEGE));
            }
            encoding |= settingsAsked.stream().anyMatch(one -> name(one).equals(SettingRules.ENCODING));
            keep(parameter, settingsAsked, kept);
        }
        if (!encoding) {
            // The server's default may be another one, and texts have to be read as the server reads them.
            kept.add(new StartupParameter(SettingRules.ENCODING, "UTF8"));
        }
        return Verdict.of(new Startup(kept).with(SettingRules.DEFAULT_READ_ONLY, "on"));
    }

    /**
     * {@code ProcessStartupPacket} knows these letter by letter, and options and replication; all else are settings.
     */
    private static boolean isForTheServer(String name) {
        return name.equals("user") || name.equals("database") || name.startsWith("_pq_.");
    }

    private static @Nullable List<Setting> settings(StartupParameter parameter) {
        return isOptions(parameter)
                ? StartupOptions.parse(parameter.value())
                : List.of(new Setting(parameter.name(), parameter.value()));
    }

    private static boolean isOptions(StartupParameter parameter) {
        return parameter.name().equals("options");
    }

    private @Nullable Refusal refusal(List<Setting> asked) {
        for (Setting setting : asked) {
            String name = name(setting);
            Refusal refusal = SettingRules.isReadOnlySetting(name) ? null : settings.begins(name, setting.value());
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static void keep(StartupParameter parameter, List<Setting> asked, List<StartupParameter> kept) {
        List<Setting> passing = asked.stream()
                .filter(setting -> !SettingRules.isReadOnlySetting(name(setting)))
                .toList();
        if (passing.isEmpty()) {
            return;
        }
        // Written anew, so that what was read here is what the server reads.
        kept.add(
                isOptions(parameter)
                        ? new StartupParameter(parameter.name(), StartupOptions.render(passing))
                        : parameter);
    }

    private static String name(Setting setting) {
        return SettingRules.lowerCase(setting.name());
    }

    private static Verdict<Startup> refuse(String reason) {
        return Verdict.reject(Refusal.of(reason).fatal(SqlState.INSUFFICIENT_PRIVILEGE));
    }
}
