using System.IO.Compression;
using Leeway.Advisor;
using Leeway.Advisor.Profile;
using Leeway.Cli;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Advise;

/// <summary>Traces as they come: every row is accounted for, and what cannot be read is said with a remedy.</summary>
public sealed class BadTraceTests : IAsyncDisposable
{
    private const string Header = "timestamp,input_tokens,output_tokens,model\n";

    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("", "t.csv is empty.")]
    [InlineData(Header, "t.csv: no rows.")]
    [InlineData("timestamp,input_tokens\n2026-03-02T00:00:00Z,1\n", "no column was taken for output (tokens of output). It has: timestamp, input_tokens.")]
    [InlineData(Header + "soon,1,1,gpt-4o\n", "None of the 1 rows can be used: 1 with no readable time ('soon').")]
    [InlineData(Header + "2026-03-02T00:00:00Z,many,1,gpt-4o\n", "1 with no readable number of tokens ('many, 1')")]
    public async Task What_cannot_be_used_is_refused_with_the_reason(string content, string message)
    {
        CliEnd end = await _bench.RunAsync("advise", _bench.Write("t.csv", content));

        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains(message, end.Error, StringComparison.Ordinal);
        Assert.Equal("", end.Out);
    }

    [Fact]
    public async Task A_file_that_is_not_there_a_folder_and_bytes_of_nothing_are_refused()
    {
        Assert.Contains("absent.csv does not exist.", (await _bench.RunAsync("advise", "absent.csv")).Error, StringComparison.Ordinal);
        Assert.Contains("is a folder.", (await _bench.RunAsync("advise", ".")).Error, StringComparison.Ordinal);
        Assert.Contains("neither text nor Parquet", (await _bench.RunAsync("advise", _bench.Write("t.bin", "abc\0\u0001def"))).Error, StringComparison.Ordinal);
        Assert.Contains("damaged", (await _bench.RunAsync("advise", _bench.Write("t.parquet", "PAR1 and nothing of it PAR1"))).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await _bench.RunAsync("advise")).Exit);
    }

    [Theory]
    [InlineData("speed=model", "'speed' is no field.")]
    [InlineData("input=prompt", "has no column 'prompt' for input. It has: timestamp, input_tokens, output_tokens, model.")]
    [InlineData("input", "'input' is not field=column.")]
    public async Task A_wrong_mapping_says_what_there_is(string map, string message)
    {
        CliEnd end = await _bench.RunAsync("advise", _bench.Write("t.csv", Header + "2026-03-02T00:00:00Z,1,1,gpt-4o\n"), "--map", map);

        Assert.NotEqual(ExitCode.Ok, end.Exit);
        Assert.Contains(message, end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_row_is_used_or_set_aside_by_its_reason()
    {
        AdviceResult advice = await AdviseAsync(Header + """
            2026-03-02T00:00:00.1234567Z,100,10,gpt-4o
            2026-03-02T00:00:01Z,-5,10,gpt-4o
            2026-03-02T00:00:02Z,NaN,10,gpt-4o
            2026-03-02T00:00:03Z,1e12,10,gpt-4o
            2026-03-02T00:00:04Z,0,0,gpt-4o
            not a time,100,10,gpt-4o
            2026-03-02T00:00:06Z,,10,gpt-4o
            2026-03-02T00:00:07Z,100,10,gpt-4o,one,too,many
            2026-03-02T00:00:08Z,inf,10,gpt-4o

            """);

        Assert.Equal(9, advice.Source.Rows);
        Assert.Equal(2, advice.Source.RowsUsed);
        Assert.Equal(
            [
                ("no readable time", 1), ("no readable number of tokens", 1), ("a number of tokens that is NaN or infinite", 2), ("a negative number of tokens", 1),
                ("more than 10,000,000 tokens in one request", 1), ("another number of values than the header has", 1),
            ],
            advice.Source.SetAside.Select(rows => (rows.Reason, (int)rows.Rows)));
        Assert.Equal(100, advice.Profile.Volume.InputTokens);
        Assert.Contains(advice.Source.Notes, note => note.StartsWith("1 rows have no tokens at all", StringComparison.Ordinal));

        // The seventh digit is beyond the working database's microseconds.
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).AddTicks(1_234_560), advice.Profile.Volume.From);
    }

    [Fact]
    public async Task Mixed_zones_are_brought_to_UTC_and_said()
    {
        AdviceResult advice = await AdviseAsync(Header + """
            2026-03-02T10:00:00+02:00,1,1,gpt-4o
            2026-03-02 08:00:01,1,1,gpt-4o
            2026-03-02T08:00:02Z,1,1,gpt-4o
            2026-03-02T03:00:03.000-0500,1,1,gpt-4o

            """);

        Assert.Equal(3, advice.Profile.Volume.SpanSeconds);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), advice.Profile.Volume.From);
        Assert.Contains(advice.Source.Notes, note => note.Contains("Time zones are mixed: 3 rows name one and 1 do not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Time_that_runs_backwards_is_sorted_and_counted()
    {
        AdviceResult advice = await AdviseAsync(Header + "2026-03-02T00:00:09Z,1,1,m\n2026-03-02T00:00:00Z,1,2,m\n2026-03-02T00:00:05Z,1,3,m\n2026-03-02T00:00:04Z,1,4,m\n");

        Assert.Equal(2, advice.Profile.Arrivals!.Backwards);
        Assert.Equal(3, advice.Profile.Arrivals.MeanGapSeconds);
    }

    [Fact]
    public async Task One_row_has_a_volume_and_no_rhythm()
    {
        CliEnd end = await _bench.RunAsync("advise", _bench.Write("t.csv", Header + "2026-03-02T00:00:00Z,1000,100,gpt-4o\n"));

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Contains("volume     1 requests", end.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", end.Out, StringComparison.Ordinal);
        AdviceResult advice = await AdviseAsync(Header + "2026-03-02T00:00:00Z,1000,100,gpt-4o\n");
        Assert.Null(advice.Profile.Arrivals);
        Assert.Null(advice.Profile.Volume.RequestsPerSecond);
        Assert.Null(advice.Savings.PerMonthUsd.Mid);
    }

    [Fact]
    public async Task A_gap_in_the_recording_is_a_silence_and_a_risk()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 200).Select(i => $"{new DateTime(2026, 3, 2).AddSeconds((i * 10) + (i < 100 ? 0 : 7200)):s}Z,1,1,gpt-4o");
        AdviceResult advice = await AdviseAsync(Header + string.Join('\n', rows));

        Silence silence = Assert.Single(advice.Profile.Arrivals!.Silences);
        Assert.Equal(7210, (silence.Until - silence.From).TotalSeconds);
        Assert.Contains(advice.Risks, risk => risk.Risk.StartsWith("Nothing was recorded for 120 minutes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_come_twice_are_counted_by_figures_or_by_id()
    {
        const string Twice = "2026-03-02T00:00:00Z,1,1,a\n2026-03-02T00:00:00Z,1,1,a\n2026-03-02T00:00:00.5Z,2,1,a\n2026-03-02T00:00:07Z,1,1,a\n2026-03-02T00:00:11Z,1,1,a\n";
        Assert.Equal(new DuplicateProfile(1, "figures", null), (await AdviseAsync(Header + Twice)).Profile.Duplicates);
        Assert.Equal(
            new DuplicateProfile(1, "id", 2),
            (await AdviseAsync("ts,input,output,id,prompt_hash\n2026-03-02T00:00:00Z,1,1,r1,p\n2026-03-02T00:00:05Z,1,1,r2,p\n2026-03-02T00:00:00Z,1,1,r1,p\n")).Profile.Duplicates);
    }

    [Fact]
    public async Task Unknown_models_and_models_without_batches_are_priced_as_far_as_is_known()
    {
        AdviceResult advice = await AdviseAsync(Header + "2026-03-02T00:00:00Z,3000,0,in-house\n2026-03-02T00:00:01Z,1000,0,gpt-4o\n2026-03-02T00:00:02Z,1000,0,deepseek-reasoner\n2026-03-02T00:00:03Z,1000,0,\n");

        Assert.Equal(0.5, advice.Profile.Volume.UnpricedShare);
        Assert.Equal(4.0 / 6, advice.Profile.Volume.UnpricedTokenShare, 9);
        ModelLoad unknown = Assert.Single(advice.Profile.Models, model => model.Model == "in-house");
        Assert.Null(unknown.ListCostUsd);
        Assert.Null(Assert.Single(advice.Profile.Models, model => model.Model == "deepseek-reasoner").BatchCostUsd);
        Assert.NotNull(Assert.Single(advice.Profile.Models, model => model.Model == "deepseek-reasoner").ListCostUsd);
        Assert.Null(Assert.Single(advice.Classes, group => group.Name == "in-house").SavingsUsd.Mid);
        Assert.Contains(advice.Risks, risk => risk.Risk.StartsWith("50 % of the requests and 67 % of the tokens", StringComparison.Ordinal));
        Assert.Contains(advice.Risks, risk => risk.Risk.Contains("No batch price is known of deepseek-reasoner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broken_lines_of_JSON_and_cut_gzip_are_not_silently_dropped()
    {
        string lines = """{"timestamp":"2026-03-02T00:00:00Z","input_tokens":1,"output_tokens":1}""" + "\n{broken\n" + """{"timestamp":"2026-03-02T00:00:01Z","input_tokens":"NaN","output_tokens":1}""" + "\n";
        AdviceResult advice = await AdviseFileAsync(_bench.Write("t.jsonl", lines));
        Assert.Equal((3, 1), (advice.Source.Rows, advice.Source.RowsUsed));

        string packed = Path.Combine(_bench.Folder, "t.csv.gz");
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Optimal))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 5000).Select(i => $"2026-03-02T00:00:00.{i:0000}Z,{i * 7919 % 4001},1,gpt-4o\n"))));
        }

        byte[] whole = File.ReadAllBytes(packed);
        Assert.Equal(5000, (await AdviseFileAsync("t.csv.gz")).Profile.Volume.Requests);
        File.WriteAllBytes(packed, whole[..(whole.Length / 2)]);
        CliEnd cut = await _bench.RunAsync("advise", "t.csv.gz");
        Assert.Equal(ExitCode.Failed, cut.Exit);
        Assert.Contains("t.csv.gz is damaged or cut off", cut.Error, StringComparison.Ordinal);

        // Logs that were packed one by one and joined are whole.
        using (FileStream joined = File.Create(packed))
        {
            joined.Write(whole);
            using var more = new GZipStream(joined, CompressionLevel.Fastest);
            more.Write("2026-03-02T00:00:09Z,7,1,gpt-4o\n"u8);
        }

        Assert.Equal(5001, (await AdviseFileAsync("t.csv.gz")).Profile.Volume.Requests);
    }

    [Fact]
    public async Task Names_out_of_a_trace_can_neither_break_the_statements_nor_the_configuration()
    {
        string[] nasty = ["a'; DROP TABLE normal; --", "b\"\\", "{{c}}: [x]", "nightly\u2028run", "nightly-# \"quoted\""];
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => $"2026-03-02T00:{i:00}:00Z,10,1,\"{nasty[i % nasty.Length].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));
        _bench.Write("it's.csv", "timestamp,input_tokens,output_tokens,user\n" + rows);
        CliEnd end = await _bench.RunAsync("advise", "it's.csv", "--write", "leeway.yaml", "--model", "o'model");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        CliEnd check = await _bench.RunAsync("config", "check");
        Assert.True(check.Exit == ExitCode.Ok, check.Error + string.Join('\n', _bench.Lines("leeway.yaml")));
    }

    private Task<AdviceResult> AdviseAsync(string csv) => AdviseFileAsync(_bench.Write("t.csv", csv));

    private async Task<AdviceResult> AdviseFileAsync(string file)
    {
        CliEnd end = await _bench.RunAsync("advise", file, "--json");
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        return AdviceJson.Read(end.Out);
    }
}
