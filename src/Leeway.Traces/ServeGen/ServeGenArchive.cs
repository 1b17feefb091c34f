using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Leeway.Traces.ServeGen;

/// <summary>Reads ServeGen's client laws (alibaba/ServeGen): per client <c>chunk-N-trace.csv</c> with windows of its rate and <c>chunk-N-dataset.json</c> with lengths.</summary>
internal static class ServeGenArchive
{
    private const string TraceEnd = "-trace.csv";
    private const string LengthsEnd = "-dataset.json";

    /// <summary>The clients that have windows and lengths, by name.</summary>
    /// <exception cref="TraceException">The archive holds no clients, or one of its files is damaged.</exception>
    public static IReadOnlyList<ClientLaw> Read(string path)
    {
        var windows = new Dictionary<string, IReadOnlyList<ArrivalWindow>>(StringComparer.Ordinal);
        var lengths = new Dictionary<string, (SortedList<double, LengthLaw> Input, SortedList<double, LengthLaw> Output)>(StringComparer.Ordinal);
        using FileStream file = File.OpenRead(path);
        bool gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream plain = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var tar = new TarReader(plain);
        while (tar.GetNextEntry() is { } entry)
        {
            string name = Path.GetFileName(entry.Name);
            try
            {
                if (entry.DataStream is { } rates && name.EndsWith(TraceEnd, StringComparison.Ordinal))
                {
                    windows[Client(name, TraceEnd)] = Windows(rates);
                }
                else if (entry.DataStream is { } pdfs && name.EndsWith(LengthsEnd, StringComparison.Ordinal))
                {
                    lengths[Client(name, LengthsEnd)] = Lengths(pdfs);
                }
            }
            catch (Exception error) when (error is FormatException or JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException)
            {
                throw new TraceException($"{path}: {entry.Name} is no ServeGen file: {error.Message}", "Archives of alibaba/ServeGen are read, as they are published.");
            }
        }

        ClientLaw[] clients =
        [
            .. windows.Where(client => lengths.ContainsKey(client.Key))
                .Select(client => new ClientLaw(client.Key, client.Value, lengths[client.Key].Input, lengths[client.Key].Output))
                .Where(client => client.IsComplete)
                .OrderBy(client => client.Name, StringComparer.Ordinal),
        ];
        return clients.Length > 0 ? clients : throw new TraceException(
            $"{path} is an archive without a trace: no chunk-N-trace.csv with its chunk-N-dataset.json.", "Unpack it and name the files in it; only ServeGen's archives are read as they are.");
    }

    private static string Client(string name, string end) => "client-" + name[..^end.Length].Replace("chunk-", "", StringComparison.Ordinal);

    private static List<ArrivalWindow> Windows(Stream csv)
    {
        using var reader = new StreamReader(csv);
        var windows = new List<ArrivalWindow>();
        while (reader.ReadLine() is { } line)
        {
            // Start, rate, CV, law, and its two parameters; an empty law has a rate of 0.
            string[] cells = line.Split(',');
            double Number(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
            windows.Add(new ArrivalWindow(Number(0), Number(1), Number(2), cells[3] == "Weibull" ? Number(4) : null));
        }

        return windows;
    }

    private static (SortedList<double, LengthLaw> Input, SortedList<double, LengthLaw> Output) Lengths(Stream json)
    {
        var input = new SortedList<double, LengthLaw>();
        var output = new SortedList<double, LengthLaw>();
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonProperty window in document.RootElement.EnumerateObject())
        {
            double from = double.Parse(window.Name, CultureInfo.InvariantCulture);
            if (LengthLaw.Parse(window.Value.GetProperty("input_tokens").GetString()!) is { } ins)
            {
                input[from] = ins;
            }

            if (LengthLaw.Parse(window.Value.GetProperty("output_tokens").GetString()!) is { } outs)
            {
                output[from] = outs;
            }
        }

        return (input, output);
    }
}
