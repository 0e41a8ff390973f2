package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a budget does at which percentages, as {@code --at} says it and as it is shown: {@code 70,90:no-heavy,95:cheaper}. */
final class Thresholds implements ITypeConverter<Json.Obj> {
    private static final String NOTIFY = "notify";
    private static final Map<String, String> MEANINGS =
            Map.of("no-heavy", "no heavy features", "cheaper", "cheaper aliases");

    static Arg<Json.Obj> of(Command command) {
        return command.option(
                "--at",
                "PERCENT[:ACTION],…",
                Json.Obj.class,
                new Thresholds(),
                "When to give a notice, and what else to do: no-heavy or cheaper. Default: 70,90,100.");
    }

    /** The fields {@code thresholds} and {@code actions} of a budget; none is given as an empty text. */
    @Override
    public Json.Obj convert(String text) {
        List<Json> percentages = new ArrayList<>();
        Json.Obj actions = Json.object();
        for (String word : Format.words(text)) {
            int colon = word.indexOf(':');
            String percent = colon < 0 ? word : word.substring(0, colon);
            if (!percent.matches("[1-9]\\d?|100")) {
                throw new TypeConversionException("not percentages like 70,90:no-heavy,95:cheaper");
            }
            percentages.add(new Json.Num(percent));
            String action = colon < 0 ? NOTIFY : word.substring(colon + 1);
            if (!action.equals(NOTIFY) && !MEANINGS.containsKey(action)) {
                throw new TypeConversionException("the actions are notify, no-heavy and cheaper");
            }
            if (!action.equals(NOTIFY)) {
                actions.put(percent, action);
            }
        }
        Json.Obj fields = Json.object();
        fields.fields().put("thresholds", new Json.Arr(percentages));
        if (!actions.fields().isEmpty()) {
            fields.fields().put("actions", actions);
        }
        return fields;
    }

    /** As it is typed. */
    static String cell(Json.Obj budget) {
        return budget.texts("thresholds").stream()
                .map(percent -> action(budget, percent).isEmpty() ? percent : percent + ":" + action(budget, percent))
                .collect(Collectors.joining(","));
    }

    /** For people: {@code 70, 90 (no heavy features), 100 %}. */
    static String words(Json.Obj budget) {
        List<String> percentages = budget.texts("thresholds");
        return percentages.isEmpty()
                ? "none"
                : percentages.stream()
                        .map(percent -> percent + meaning(action(budget, percent)))
                        .collect(Collectors.joining(", ", "", " %"));
    }

    private static String meaning(String action) {
        return action.isEmpty() ? "" : " (" + MEANINGS.getOrDefault(action, action) + ")";
    }

    private static String action(Json.Obj budget, String percent) {
        return budget.child("actions").text(percent);
    }
}
