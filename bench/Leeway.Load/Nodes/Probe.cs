using System.Diagnostics;
using System.Net.Http.Headers;
using Leeway.Load.Serving;

namespace Leeway.Load.Nodes;

/// <summary>How long a real-time call takes: half of them at most, and all but a hundredth.</summary>
internal readonly record struct Latency(double Median, double Late);

/// <summary>Real-time calls at a low rate, straight to the provider and through a node in turn, so that both see the same machine.</summary>
internal static class Probe
{
    /// <summary>Calls a second, both ways together.</summary>
    public const int PerSecond = 200;

    /// <summary>Milliseconds, straight and through.</summary>
    public static async Task<(Latency Straight, Latency Through)> RunAsync(Uri provider, Uri node, int seconds)
    {
        using var http = new HttpClient();
        var straight = new List<double>();
        var through = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / PerSecond));
        for (int i = 0; i < PerSecond * seconds; i++)
        {
            await timer.WaitForNextTickAsync();
            bool isStraight = i % 2 == 0;
            (isStraight ? straight : through).Add(await CallAsync(http, isStraight ? provider : node));
        }

        return (Of(straight), Of(through));
    }

    private static async Task<double> CallAsync(HttpClient http, Uri server)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, Wire.Path)) { Content = new ByteArrayContent(Wire.Request) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk-bench-0123456789abcdef0123456789abcdef");
        long begun = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await http.SendAsync(message);
        await answer.Content.ReadAsByteArrayAsync();
        answer.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static Latency Of(List<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new Latency(sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }
}
