package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code reconcile}: the ledger's day of openapi.yaml's example, against reports of every form. */
class ReconcileTest extends AgainstAdminServer {
    private static final String AGREED = "0 of 1 figures differ by more than 1 %.\n";
    private static final String UNRECONCILED =
            "Calls of unknown usage, whose tokens are missing here: 1 (tollgate ledger unreconciled).\n";

    @TempDir
    Path folder = Path.of("");

    private Cli.Result reconcile(String csv, String... more) throws IOException {
        Path file = folder.resolve("report.csv");
        Files.writeString(file, csv);
        List<String> arguments = new ArrayList<>(List.of(
                "reconcile",
                "--provider",
                "anthropic",
                "--from",
                "2026-11-22",
                "--to",
                "2026-11-23",
                "--csv",
                file.toString()));
        arguments.addAll(List.of(more));
        return cli.run(arguments.toArray(String[]::new));
    }

    @Test
    void figuresWithinTheThresholdAgree() throws IOException {
        String report = "date,model,cost_usd\n2026-11-22,claude-haiku-4-5,12.5\n";
        assertEquals(AGREED + UNRECONCILED, ok(reconcile(report)));
        assertEquals("GET /admin/v1/ledger/daily?{provider=anthropic, from=2026-11-22, to=2026-11-23}", sent());
        Cli.Result strict = reconcile(report, "--threshold", "0.5");
        assertEquals(1, strict.exitCode());
        assertEquals("""
                DATE        MODEL             FIGURE          GATE  PROVIDER  DIFFERENCE
                2026-11-22  claude-haiku-4-5  cost_usd  $12.408113    $12.50  -$0.091887
                1 of 1 figures differ by more than 0.5 %.
                """ + UNRECONCILED, strict.out());
    }

    @Test
    void anthropicsUsageExportIsUnderstood() throws IOException {
        String report = """
                usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,\
                usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,\
                usage_output_tokens,web_search_count,inference_geo,speed
                2026-11-22,claude-haiku-4-5-20251001,ci,Default,standard,≤ 200k,1204330,310000,2,9120033,88000,0,global,
                2026-11-22,claude-haiku-4-5-20251001,"a, ""b\""",Default,batch,≤ 200k,1,0,0,0,412,0,global,
                """;
        assertEquals(
                "0 of 4 figures differ by more than 0 %.\n" + UNRECONCILED, ok(reconcile(report, "--threshold", "0")));
    }

    @Test
    void anthropicsCostExportNamesModelsForPeople() throws IOException {
        String report = """
                usage_date_utc,model,token_type,cost_usd
                2026-11-22,Claude Haiku 4.5,input,10.408113
                2026-11-22,Claude Haiku 4.5,output,2
                """;
        String ofExcel = "\uFEFF" + report.replace("\n", "\r\n");
        assertEquals(AGREED + UNRECONCILED, ok(reconcile(ofExcel)));
    }

    @Test
    void openAisInputIsLessWhatItReadFromTheCache() throws IOException {
        server.answer("dailyUsage", 200, """
                {"data":[{"date":"2026-11-22","model":"gpt-4.1","calls":2,"input_tokens":100,"output_tokens":5,"cache_read_tokens":900,
                "cache_write_tokens":0,"cost_usd":"0.01","unreconciled_calls":0}]}
                """);
        String report = """
                start_time,start_time_iso,model,input_tokens,output_tokens,input_cached_tokens
                1,2026-11-22T00:00:00+00:00,gpt-4.1-2025-04-14,1000.0,5.0,900.0
                """;
        assertEquals("0 of 3 figures differ by more than 1 %.\n", ok(reconcile(report)));
    }

    @Test
    void whatOnlyOneSideHasIsADifference() throws IOException {
        Cli.Result result = reconcile(
                "date,model,output_tokens\n2026-11-23,claude-haiku-4-5,7\n2026-11-24,other-day,1\n", "--json");
        assertEquals(1, result.exitCode());
        assertEquals(
                "{\"provider\":\"anthropic\",\"from\":\"2026-11-22\",\"to\":\"2026-11-23\",\"threshold_percent\":\"1\","
                        + "\"compared\":2,\"unreconciled_calls\":1,\"lines_of_other_days\":1,\"differences\":["
                        + "{\"date\":\"2026-11-22\",\"model\":\"claude-haiku-4-5\",\"figure\":\"output_tokens\",\"gate\":\"88412\",\"provider\":\"0\"},"
                        + "{\"date\":\"2026-11-23\",\"model\":\"claude-haiku-4-5\",\"figure\":\"output_tokens\",\"gate\":\"0\",\"provider\":\"7\"}]}",
                Json.parse(result.out().getBytes(StandardCharsets.UTF_8)).compact());
    }

    @Test
    void aReportThatCannotBeReadIsRefusedBeforeAnythingIsSent() throws IOException {
        String header = "date,model,cost_usd\n";
        List<String> broken = List.of(
                "",
                "\n\n",
                "no,columns,here\n1,2,3\n",
                "date,cost_usd\n2026-11-22,1\n",
                "model,cost_usd\nx,1\n",
                "date,model\n2026-11-22,x\n",
                header + "22.11.2026,x,1\n",
                header + "2026-02-30,x,1\n",
                header + ",x,1\n",
                header + "2026-11-22,x,one\n",
                header + "2026-11-22,x,1e999999999\n",
                header + "2026-11-22,x,\"1,000\"\n",
                header + "2026-11-22,\"x,1\n",
                "date,model,cost_usd,currency\n2026-11-22,x,1,EUR\n");
        for (String csv : broken) {
            Cli.Result result = reconcile(csv);
            assertEquals(2, result.exitCode(), csv);
            assertTrue(result.err().startsWith("Error: "), result.err());
        }
        assertEquals(List.of(), server.requests);
        assertTrue(reconcile(header + "\n2026-11-22,\"x\ny\",1\n2026-11-22,x,one\n")
                .err()
                .contains("Line 5 "));
    }

    @Test
    void aFileThatIsNotThereOrNoTextIsRefused() throws IOException {
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        for (String name : List.of("missing", "binary")) {
            Cli.Result result = cli.run(
                    "reconcile",
                    "--provider",
                    "sim",
                    "--from",
                    "2026-11-22",
                    "--to",
                    "2026-11-22",
                    "--csv",
                    folder.resolve(name).toString());
            assertEquals(2, result.exitCode(), name);
        }
        for (String threshold : List.of("-1", "x", "1e9", "1000")) {
            assertEquals(2, reconcile("", "--threshold=" + threshold).exitCode(), threshold);
        }
        assertEquals(List.of(), server.requests);
    }

    private static final String OF_OPENAI = """
            [{"object":"page","data":[{"object":"bucket","start_time":1795305600,"end_time":1795392000,"results":[
            {"object":"organization.usage.completions.result","input_tokens":1000,"input_cached_tokens":900,"output_tokens":5,
            "num_model_requests":2,"model":"gpt-4.1-2025-04-14"}]}],"has_more":false,"next_page":null},
            {"object":"page","data":[{"object":"bucket","start_time":1795305600,"end_time":1795392000,"results":[
            {"object":"organization.costs.result","amount":{"value":0.006,"currency":"usd"},"line_item":"gpt-4.1-2025-04-14, input"},
            {"object":"organization.costs.result","amount":{"value":"0.004","currency":"usd"},"line_item":"gpt-4.1-2025-04-14, output"}]},
            {"start_time":1795478400,"results":[{"amount":{"value":9,"currency":"usd"},"line_item":"gpt-4.1"}]}],"has_more":false}]
            """;

    private void meteredOfOpenAi() {
        server.answer("dailyUsage", 200, """
                {"data":[{"date":"2026-11-22","model":"gpt-4.1","calls":2,"input_tokens":100,"output_tokens":5,"cache_read_tokens":900,
                "cache_write_tokens":0,"cost_usd":"0.01","unreconciled_calls":0}]}
                """);
    }

    @Test
    void openAisCostExportIsUnderstood() throws IOException {
        meteredOfOpenAi();
        String report = """
                start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id
                1795305600,1795392000,2026-11-22T00:00:00+00:00,2026-11-23T00:00:00+00:00,0.006,usd,"gpt-4.1-2025-04-14, input",p
                1795305600,1795392000,2026-11-22T00:00:00+00:00,2026-11-23T00:00:00+00:00,0.004,usd,"gpt-4.1-2025-04-14, output",p
                """;
        assertEquals("0 of 1 figures differ by more than 0 %.\n", ok(reconcile(report, "--threshold", "0")));
        assertTrue(reconcile(report.replace(",usd,", ",eur,")).err().contains("US dollars"));
    }

    @Test
    void openAisAdminApiIsUnderstoodPageByPage() throws IOException {
        meteredOfOpenAi();
        assertEquals(
                "0 of 4 figures differ by more than 0 %.\nLines of other days, left out: 1.\n",
                ok(reconcile(OF_OPENAI, "--threshold", "0")));
    }

    @Test
    void whatIsBilledForNoModelIsADifference() throws IOException {
        meteredOfOpenAi();
        Cli.Result result = reconcile(OF_OPENAI.replace("gpt-4.1-2025-04-14, output", "web search tool calls"));
        assertEquals(1, result.exitCode());
        assertTrue(result.out().contains("web-search-tool-calls"), result.out());
    }

    private Cli.Result fetch(String key, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "reconcile", "--provider", "anthropic", "--from", "2026-11-22", "--to", "2026-11-22", "--fetch"));
        arguments.addAll(List.of(more));
        return cli.input(key).run(arguments.toArray(String[]::new));
    }

    @Test
    void aReportIsFetchedWithAKeyThatIsPipedInAndShownNowhere() {
        String key = "sk-ant-admin01-0123456789";
        server.answer("fetchReport", 200, """
                {"pages":[{"data":[{"starting_at":"2026-11-22T00:00:00Z","ending_at":"2026-11-23T00:00:00Z","results":[
                {"uncached_input_tokens":1204331,"cache_creation":{"ephemeral_1h_input_tokens":2,"ephemeral_5m_input_tokens":310000},
                "cache_read_input_tokens":9120033,"output_tokens":88412,"server_tool_use":{"web_search_requests":0},
                "model":"claude-haiku-4-5-20251001"}]}],"has_more":false,"next_page":null},
                {"data":[{"starting_at":"2026-11-22T00:00:00Z","ending_at":"2026-11-23T00:00:00Z","results":[
                {"currency":"USD","amount":"1040.8113","model":"claude-haiku-4-5-20251001","token_type":"output_tokens"},
                {"currency":"USD","amount":"200","model":"claude-haiku-4-5-20251001","token_type":"uncached_input_tokens"}]}],
                "has_more":false,"next_page":null}]}
                """);
        Cli.Result result = fetch(key + "\n", "--threshold", "0");
        assertEquals("0 of 5 figures differ by more than 0 %.\n" + UNRECONCILED, ok(result));
        assertEquals(
                "POST /admin/v1/ledger/report {\"provider\":\"anthropic\",\"from\":\"2026-11-22\",\"to\":\"2026-11-22\","
                        + "\"admin_key\":\"" + key + "\"}",
                server.requests.getFirst().method() + " "
                        + server.requests.getFirst().path() + " "
                        + server.requests.getFirst().body());
        server.answer("fetchReport", 200, "{\"pages\":[{\"data\":[{\"results\":[{}]}]}]}");
        Cli.Result broken = fetch(key);
        assertEquals(2, broken.exitCode());
        assertTrue(!broken.err().contains(key) && broken.err().contains("has no start"), broken.err());
    }

    @Test
    void aReportComesFromOnePlace() throws IOException {
        assertEquals(2, fetch("sk-ant-admin01-0123456789", "--csv", "usage.csv").exitCode());
        assertEquals(
                2,
                cli.run("reconcile", "--provider", "anthropic", "--from", "2026-11-22", "--to", "2026-11-22")
                        .exitCode());
        assertEquals(2, fetch("").exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void pagesThatCannotBeReadAreRefused() throws IOException {
        String amount = "{\"data\":[{\"start_time\":1795305600,\"results\":[{\"line_item\":\"m\",\"amount\":%s}]}]}";
        for (String broken : List.of(
                "{",
                "[]",
                "{}",
                "[1]",
                "{\"data\":[{\"results\":[{\"amount\":\"1\"}]}]}",
                "{\"data\":[{\"start_time\":\"soon\",\"results\":[]}]}",
                amount.formatted("{\"value\":1,\"currency\":\"eur\"}"),
                amount.formatted("{\"value\":\"1e999999999\",\"currency\":\"usd\"}"),
                amount.formatted("{\"value\":\"x\",\"currency\":\"usd\"}"),
                amount.replace("\"amount\":%s", "\"tokens\":1"))) {
            Cli.Result result = reconcile(broken);
            assertEquals(2, result.exitCode(), broken);
        }
        assertEquals(List.of(), server.requests);
    }
}
