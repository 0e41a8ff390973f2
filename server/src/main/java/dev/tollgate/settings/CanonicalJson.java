package dev.tollgate.settings;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * JSON in one form only: names sorted by their UTF-16 code units, no white space, strings and numbers as ECMAScript writes them (RFC
 * 8785). So two parties that hash the same document come to the same hash.
 */
final class CanonicalJson {
    /** Beyond it not every whole number is a double, which is what clients read (RFC 8259, section 6). */
    private static final double MOST_EXACT = 9_007_199_254_740_991.0;

    /** From so many digits before the point on, and so many zeros after it, ECMAScript writes an exponent. */
    private static final int MOST_DIGITS = 21;

    private static final int MOST_ZEROS = 6;
    private static final String ESCAPED = "\b\t\n\f\r\"\\";
    private static final String ESCAPES = "btnfr\"\\";

    private CanonicalJson() {}

    /** Whether it can be written so that every reader understands the same. */
    static boolean holds(JsonNode node) {
        if (node.isNumber()) {
            double value = node.doubleValue();
            // Of the very small ones Java and ECMAScript do not write the same digits.
            boolean written = value == 0 || Math.abs(value) >= Double.MIN_NORMAL;
            return Double.isFinite(value) && written && (!node.isIntegralNumber() || Math.abs(value) <= MOST_EXACT);
        }
        if (node.isString()) {
            return isText(node.stringValue());
        }
        for (String name : node.propertyNames()) {
            if (!isText(name)) {
                return false;
            }
        }
        for (JsonNode child : node) {
            if (!holds(child)) {
                return false;
            }
        }
        return true;
    }

    /** Half of a character has no bytes, and PostgreSQL keeps no U+0000. */
    private static boolean isText(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    /** What {@link #holds} is true of, in that form. */
    static String of(JsonNode node) {
        StringBuilder out = new StringBuilder();
        write(node, out);
        return out.toString();
    }

    private static void write(@Nullable JsonNode node, StringBuilder out) {
        if (node == null || node.isNull()) {
            out.append("null");
        } else if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(property -> sorted.put(property.getKey(), property.getValue()));
            char before = '{';
            for (Map.Entry<String, JsonNode> property : sorted.entrySet()) {
                out.append(before);
                string(property.getKey(), out);
                out.append(':');
                write(property.getValue(), out);
                before = ',';
            }
            out.append(sorted.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            out.append('[');
            for (Iterator<JsonNode> each = node.iterator(); each.hasNext(); ) {
                write(each.next(), out);
                out.append(each.hasNext() ? "," : "");
            }
            out.append(']');
        } else if (node.isString()) {
            string(node.stringValue(), out);
        } else if (node.isNumber()) {
            out.append(number(node.doubleValue()));
        } else {
            out.append(node.booleanValue());
        }
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escaped = ESCAPED.indexOf(c);
            if (escaped >= 0) {
                out.append('\\').append(ESCAPES.charAt(escaped));
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** ECMAScript's Number::toString: the shortest digits that mean this double, as Java has them, with its point elsewhere. */
    private static String number(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int pointAt = exact.precision() - exact.scale();
        if (pointAt <= MOST_DIGITS && pointAt > -MOST_ZEROS) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value < 0 ? "-" : "") + mantissa + (pointAt > 0 ? "e+" : "e-") + Math.abs(pointAt - 1);
    }
}
