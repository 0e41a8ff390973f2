package dev.tollgate.identity.people;

import dev.tollgate.kernel.store.StoredText;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a browser calls itself, in the words of people who look for the session that is not theirs. */
final class DeviceNames {
    /** In this order: most browsers also claim to be those further down. */
    private static final Map<String, String> BROWSERS = inOrder(
            "Edg",
            "Edge",
            "OPR/",
            "Opera",
            "SamsungBrowser",
            "Samsung Internet",
            "Firefox",
            "Firefox",
            "FxiOS",
            "Firefox",
            "CriOS",
            "Chrome",
            "Chrome",
            "Chrome",
            "Safari",
            "Safari",
            "curl",
            "curl");

    private static final Map<String, String> SYSTEMS = inOrder(
            "Android",
            "Android",
            "iPhone",
            "iPhone",
            "iPad",
            "iPad",
            "Windows",
            "Windows",
            "CrOS",
            "ChromeOS",
            "Mac OS X",
            "macOS",
            "Linux",
            "Linux");

    private static final int LONGEST_READ = 512;
    private static final int LONGEST_UNKNOWN = 40;

    private DeviceNames() {}

    /** Such as {@code Firefox on Linux}. */
    static String of(String userAgent) {
        String text = userAgent.substring(0, Math.min(userAgent.length(), LONGEST_READ));
        String browser = first(BROWSERS, text);
        String system = first(SYSTEMS, text);
        if (browser.isEmpty() && system.isEmpty()) {
            String unknown = StoredText.clean(text.strip(), LONGEST_UNKNOWN);
            return unknown.isEmpty() ? "Unknown device" : unknown;
        }
        if (browser.isEmpty() || system.isEmpty()) {
            return browser + system;
        }
        return browser + " on " + system;
    }

    private static String first(Map<String, String> names, String text) {
        for (Map.Entry<String, String> name : names.entrySet()) {
            if (text.contains(name.getKey())) {
                return name.getValue();
            }
        }
        return "";
    }

    private static Map<String, String> inOrder(String... marksAndNames) {
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < marksAndNames.length; i += 2) {
            names.put(marksAndNames[i], marksAndNames[i + 1]);
        }
        return names;
    }
}
