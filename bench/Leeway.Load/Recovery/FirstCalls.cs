using System.Net;
using Leeway.Chaos.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Recovery;

/// <summary>A provider that is down, and notes when it was first called.</summary>
internal sealed class FirstCalls : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private TaskCompletionSource<DateTimeOffset> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FirstCalls(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public static async Task<FirstCalls> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Ports.Take()));
        var calls = new FirstCalls(builder.Build());
        calls._app.Run(calls.RefuseAsync);
        await calls._app.StartAsync();
        return calls;
    }

    /// <summary>The first call from now on.</summary>
    public Task<DateTimeOffset> NextAsync()
    {
        lock (_lock)
        {
            _first = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _first.Task;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task RefuseAsync(HttpContext context)
    {
        lock (_lock)
        {
            _first.TrySetResult(TimeProvider.System.GetUtcNow());
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
