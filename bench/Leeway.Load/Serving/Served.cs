using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Serving;

/// <summary>A process that serves on a free loopback port, tells it on standard output, and ends when its standard input does.</summary>
internal static class Served
{
    /// <summary>The line that tells where the process listens.</summary>
    public const string Ready = "ready ";

    /// <summary>Serves every request with one delegate: no routing, no middleware.</summary>
    public static async Task<int> RunAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        });
        configure(builder);
        await using WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        await UntilInputEndsAsync(new Uri(app.Urls.First()));
        await app.StopAsync();
        return 0;
    }

    /// <summary>Tells the address, then waits.</summary>
    public static async Task UntilInputEndsAsync(Uri address)
    {
        Console.WriteLine(Ready + address);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }

    /// <summary>The whole body in the connection's buffer; the caller advances the reader past it.</summary>
    public static async ValueTask<System.IO.Pipelines.ReadResult> ReadBodyAsync(HttpRequest request)
    {
        System.IO.Pipelines.PipeReader reader = request.BodyReader;
        long length = request.ContentLength ?? 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult result = await reader.ReadAsync();
            if (result.Buffer.Length >= length || result.IsCompleted)
            {
                return result;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
