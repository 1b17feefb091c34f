using System.Net.Sockets;

namespace Leeway.Cli.Api;

/// <summary>Says what did not answer and how to start it.</summary>
internal sealed record GatewayUnreachable(Uri Root, string Option, HttpRequestException Error)
{
    public const string Code = "gateway_unreachable";

    public CliFailure ToFailure()
    {
        string why = Error.InnerException is SocketException socket ? socket.SocketErrorCode.ToString() : Error.HttpRequestError.ToString();
        return new CliFailure(
            ExitCode.Failed,
            $"No gateway answers at {Root.GetLeftPart(UriPartial.Path)} ({why}).",
            $"Start one with 'leeway serve', or name another with {Option} URL.")
        {
            Code = Code,
        };
    }
}
