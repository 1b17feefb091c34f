using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Leeway.Load.Serving;

/// <summary>YARP at its leanest: its forwarder alone, without routing.</summary>
internal static class YarpRelay
{
    public static Task<int> RunAsync(Uri upstream)
    {
        var invoker = new HttpMessageInvoker(BareRelay.Handler());
        string prefix = upstream.AbsoluteUri;
        return Served.RunAsync(
            static builder => builder.Services.AddHttpForwarder(),
            app =>
            {
                IHttpForwarder forwarder = app.Services.GetRequiredService<IHttpForwarder>();
                app.Run(async context => await forwarder.SendAsync(context, prefix, invoker, ForwarderRequestConfig.Empty, HttpTransformer.Default));
            });
    }
}
