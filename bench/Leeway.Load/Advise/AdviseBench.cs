using System.Diagnostics;
using System.Globalization;
using Leeway.Load.Reporting;

namespace Leeway.Load.Advise;

/// <summary>The whole advice of ten million rows beside plain SQL in the same database, each in a process of its own, interleaved.</summary>
internal static class AdviseBench
{
    private const double MostSeconds = 60;
    private const double MostMegabytes = 1000;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Advice from ten million rows", $"bench/Leeway.Load advise --rounds {options.Rounds}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            report.Line("Ten million generated requests of a month, 200 senders, 4 models. Whole is `leeway advise`: everything in docs/concepts/advice.md, from the file to the YAML. Plain is SQL by hand straight from the file, without a bound of memory: totals and percentiles, by sender and model, by hour, and the coefficient of variation of the gaps. Each in a process of its own.").Line();
            report.Line("| file | | seconds | CPU seconds | peak memory, MB |").Line("|---|---|---|---|---|");
            var musts = new List<Must>();
            foreach (string form in new[] { "csv", "parquet" }.Where(form => options.Only.Count == 0 || options.Only.Contains(form)))
            {
                string file = Path.Combine(folder, "trace." + form);
                GeneratedTrace.Write(file);
                string size = string.Create(CultureInfo.InvariantCulture, $"{form}, {new FileInfo(file).Length / 1e6:0} MB");
                var whole = new Measured();
                var plain = new Measured();
                for (int round = 1; round <= options.Rounds; round++)
                {
                    await MeasureAsync("advise-plain", file, plain);
                    await MeasureAsync("advise-whole", file, whole);
                }

                report.Line($"| {size} | plain SQL | {plain} |");
                report.Line($"| {size} | whole advice | {whole} |");
                musts.Add(new Must($"{form}: seconds of a minute", Spread.Of([.. whole.Seconds.Select(value => value / MostSeconds)]), 1, AtMost: true));
                musts.Add(new Must($"{form}: peak memory of 1 GB", Spread.Of([.. whole.Megabytes.Select(value => value / MostMegabytes)]), 1, AtMost: true));
                musts.Add(new Must($"{form}: whole by plain SQL, CPU time", Spread.Ratio(whole.Processor, plain.Processor), 3, AtMost: true, Counts: false));
                File.Delete(file);
            }

            bool holds = report.Verdicts(musts);
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string verb, string file, Measured measured)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. OwnArguments(), verb, file]) { RedirectStandardOutput = true })!;
        string answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Console.Error.WriteLine($"{verb} {Path.GetExtension(file)}: {answer.Trim()}");
        string[] numbers = answer.Split(' ');
        measured.Seconds.Add(double.Parse(numbers[0], CultureInfo.InvariantCulture));
        measured.Processor.Add(double.Parse(numbers[1], CultureInfo.InvariantCulture));
        measured.Megabytes.Add(double.Parse(numbers[2], CultureInfo.InvariantCulture));
    }

    // Under `dotnet Leeway.Load.dll` the process is dotnet.
    private static string[] OwnArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(AdviseBench).Assembly.Location] : [];

    private sealed class Measured
    {
        public List<double> Seconds { get; } = [];

        public List<double> Processor { get; } = [];

        public List<double> Megabytes { get; } = [];

        public override string ToString() => $"{Spread.Of(Seconds).Text("0.0")} | {Spread.Of(Processor).Text("0.0")} | {Spread.Of(Megabytes).Text("0")}";
    }
}
