namespace Leeway.Adapters.Wire.Calls;

/// <summary>Asks for something that is free and wants the credential, such as a list of models.</summary>
internal static class ProbeWire
{
    public static async Task<ProviderProbe> SendAsync(Binding binding, string path, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = binding.Request(HttpMethod.Get, path, content: null);
        Uri address = request.RequestUri!;
        try
        {
            using HttpResponseMessage response = await binding.Invoker.SendAsync(request, cancellationToken);
            return new ProviderProbe(address, (int)response.StatusCode, response.Headers.Date, null);
        }
        catch (ProviderException e)
        {
            return new ProviderProbe(address, null, null, e.Error.Message);
        }
        catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
        {
            return new ProviderProbe(address, null, null, e.Message);
        }
    }
}
