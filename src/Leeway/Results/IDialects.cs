namespace Leeway.Results;

/// <summary>Writes Leeway's own ends in the dialect of the endpoint a request came by. Implemented by the gateway, which knows the dialects.</summary>
public interface IDialects
{
    /// <summary>The provider's error, for the caller.</summary>
    RequestResult Failed(string endpoint, ProviderError error);

    /// <summary>The deadline passed without a result.</summary>
    RequestResult Expired(string endpoint, DateTimeOffset deadline);

    /// <summary>The owner withdrew the request.</summary>
    RequestResult Cancelled(string endpoint);

    /// <summary>The model's route is gone from the configuration.</summary>
    RequestResult NoRoute(string endpoint, string model);

    /// <summary>The stored body is gone.</summary>
    RequestResult BodyMissing(string endpoint);
}
