namespace Leeway.Sandbox.Serverless;

/// <summary>What one function or container has done.</summary>
/// <param name="Starts">Cold ones; every start is.</param>
/// <param name="UpFor">How long an instance was up in all, start and idle time included, up to now.</param>
internal readonly record struct InstanceUse(string Name, long Calls, long Starts, TimeSpan UpFor, bool IsUp);
