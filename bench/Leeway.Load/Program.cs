using System.Globalization;
using Leeway.Load;
using Leeway.Load.Advise;
using Leeway.Load.Enqueue;
using Leeway.Load.Intake;
using Leeway.Load.Nodes;
using Leeway.Load.Plan;
using Leeway.Load.RealTime;
using Leeway.Load.Recovery;
using Leeway.Load.Serving;
using Leeway.Load.Store;
using Leeway.Load.Urgency;

return args switch
{
    ["serve-stub"] => await ProviderStub.RunAsync(),
    ["serve-yarp", var upstream] => await YarpRelay.RunAsync(new Uri(upstream)),
    ["serve-relay", var upstream] => await BareRelay.RunAsync(new Uri(upstream)),
    ["serve-append", var folder] => await AppendEndpoint.RunAsync(folder),
    ["serve-upload", var folder] => await UploadEndpoint.RunAsync(folder),
    ["serve-leeway", var folder, var upstream] => await LeewayServer.RunAsync(folder, new Uri(upstream)),
    ["serve-node", var folder, var database, var provider, var batches, var mode] => await NodeServer.RunAsync(folder, database, new Uri(provider), new Uri(batches), mode),
    ["serve-load", var node, var connections, var seconds] => await DeferredLoad.SendAsync(new Uri(node), int.Parse(connections, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture)),
    ["serve-other"] => await OtherWork.RunAsync(),
    ["serve-sandbox"] => await NodeServer.RunSandboxAsync(),
    ["nodes", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await NodesBench.RunAsync(options),
    ["realtime", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await RealTimeBench.RunAsync(options),
    ["enqueue", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await EnqueueBench.RunAsync(options),
    ["store", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await StoreBench.RunAsync(options),
    ["intake", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await IntakeBench.RunAsync(options),
    ["recovery", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await RecoveryBench.RunAsync(options),
    ["urgency", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => UrgencyBench.Run(options),
    ["plan-speed", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => SpeedBench.Run(options),
    ["advise-plain", var file] => AdviseRun.Plain(file),
    ["advise-whole", var file] => AdviseRun.Whole(file),
    ["advise", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await AdviseBench.RunAsync(options),
    ["plan", .. var rest] when LoadOptions.TryParse(rest, out LoadOptions? options) => await PlanBench.RunAsync(options),
    _ => LoadOptions.Usage(),
};
