//! V8's runtime functions as engine tests call them, `%Name(arguments)` (see `syntax::natives` and
//! `Options::natives`): one table of names. They act on the tiering manager for real, within what the
//! schedule allows: where it forces a lower tier they do nothing. No program sees them without the option.

mod objects;
mod tiers;

use tierproof_heap::Value;
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn};

/// Every function there is.
const TABLE: &[(&str, NativeFn)] = &[
    // --- compiling
    ("PrepareFunctionForOptimization", tiers::prepare),
    ("EnsureFeedbackVectorForFunction", tiers::prepare),
    ("CompileLazy", tiers::prepare),
    ("CompileBaseline", tiers::compile_baseline),
    ("OptimizeMaglevOnNextCall", tiers::optimize_midtier),
    ("OptimizeFunctionOnNextCall", tiers::optimize_toptier),
    ("OptimizeFunctionForTopTier", tiers::optimize_toptier),
    ("TierupFunction", tiers::tier_up),
    ("OptimizeOsr", tiers::optimize_osr),
    ("BaselineOsr", tiers::baseline_osr),
    ("NeverOptimizeFunction", tiers::never_optimize),
    ("DeoptimizeFunction", tiers::deoptimize_function),
    ("DeoptimizeNow", tiers::deoptimize_now),
    ("ClearFunctionFeedback", tiers::clear_feedback),
    ("FinalizeOptimization", tiers::finalize),
    ("WaitForBackgroundOptimization", tiers::finalize),
    ("DisableOptimizationFinalization", nothing),
    ("ForceFlush", nothing),
    // --- which tier
    ("GetOptimizationStatus", tiers::status),
    ("ActiveTierIsIgnition", tiers::is_interpreter),
    ("ActiveTierIsSparkplug", tiers::is_baseline),
    ("ActiveTierIsMaglev", tiers::is_midtier),
    ("ActiveTierIsTurbofan", tiers::is_toptier),
    ("IsBeingInterpreted", tiers::is_being_interpreted),
    ("CurrentFrameIsTurbofan", tiers::frame_is_toptier),
    ("IsSparkplugEnabled", tiers::baseline_enabled),
    ("IsMaglevEnabled", tiers::midtier_enabled),
    ("IsTurbofanEnabled", tiers::toptier_enabled),
    ("IsConcurrentRecompilationSupported", tiers::is_concurrent),
    ("GetTierName", tiers::name),
    // --- objects
    ("HasFastProperties", objects::has_fast_properties),
    ("HaveSameMap", objects::have_same_shape),
    ("HasSmiElements", objects::has_smi_elements),
    ("HasDoubleElements", objects::has_double_elements),
    ("HasObjectElements", objects::has_object_elements),
    ("HasSmiOrObjectElements", objects::has_smi_or_object_elements),
    ("HasHoleyElements", objects::has_holey_elements),
    ("HasPackedElements", objects::has_packed_elements),
    ("HasFastElements", objects::has_fast_elements),
    ("HasFastPackedElements", objects::has_fast_packed_elements),
    ("HasDictionaryElements", objects::has_dictionary_elements),
    ("HasElementsInALargeObjectSpace", no),
    ("HasSloppyArgumentsElements", objects::has_mapped_arguments),
    ("HasFixedInt8Elements", objects::has_int8),
    ("HasFixedUint8Elements", objects::has_uint8),
    ("HasFixedUint8ClampedElements", objects::has_uint8_clamped),
    ("HasFixedInt16Elements", objects::has_int16),
    ("HasFixedUint16Elements", objects::has_uint16),
    ("HasFixedInt32Elements", objects::has_int32),
    ("HasFixedUint32Elements", objects::has_uint32),
    ("HasFixedFloat32Elements", objects::has_float32),
    ("HasFixedFloat64Elements", objects::has_float64),
    ("ToFastProperties", first),
    ("OptimizeObjectForAddingMultipleProperties", first),
    ("InternalizeString", objects::internalize),
    ("IsInternalizedString", objects::is_internalized),
    ("FlattenString", objects::flatten),
    ("ConstructConsString", objects::concatenate),
    ("ConstructInternalizedString", objects::internalize),
    ("ConstructSlicedString", objects::slice),
    ("ConstructDouble", objects::construct_double),
    ("NormalizeElements", objects::normalize_elements),
    ("IsJSReceiver", objects::is_object),
    ("InLargeObjectSpace", no),
    ("ArrayIteratorProtector", objects::array_iterator_protector),
    ("StringMaxLength", objects::string_max_length),
    ("IsSmi", objects::is_smi),
    ("MaxSmi", objects::max_smi),
    ("IsValidSmi", objects::is_smi),
    ("IsSameHeapObject", objects::is_same),
    ("IsArray", objects::is_array),
    ("IsCallable", objects::is_callable),
    ("ArrayBufferDetach", objects::detach),
    ("NoElementsProtector", objects::no_elements_protector),
    // --- the rest
    ("CollectGarbage", objects::collect),
    ("SimulateNewspaceFull", objects::collect),
    ("DebugPrint", objects::debug_print),
    ("GlobalPrint", objects::debug_print),
    ("DebugTrace", objects::debug_trace),
    ("PerformMicrotaskCheckpoint", objects::run_jobs),
    ("RunMicrotasks", objects::run_jobs),
    ("HeapObjectVerify", yes),
    ("VerifyType", first),
    ("TurbofanStaticAssert", nothing),
    ("Is64Bit", yes),
    ("IsLiteMode", no),
    ("SetForceSlowPath", nothing),
    ("SetAllocationTimeout", nothing),
    ("NotifyContextDisposed", nothing),
    ("EnableCodeLoggingForTesting", nothing),
];

/// Whether there is a function of this name.
pub fn known(name: &str) -> bool {
    find(name).is_some()
}

fn find(name: &str) -> Option<NativeFn> {
    TABLE.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// Lets the isolate's programs use them.
pub fn install(cx: &mut Isolate) {
    cx.dialect.natives = Some(known);
    cx.hooks.native = find_for;
}

fn find_for(_: &mut Isolate, name: &str) -> Option<NativeFn> {
    find(name)
}

fn nothing(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::UNDEFINED)
}
fn yes(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::TRUE)
}
fn no(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::FALSE)
}
fn first(_: &mut Isolate, args: Args) -> JsResult {
    Ok(args.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (i, row) in TABLE.iter().enumerate() {
            assert!(TABLE[..i].iter().all(|other| other.0 != row.0), "{}", row.0);
        }
        assert!(known("DeoptimizeNow") && !known("deoptimizeNow"));
    }
}
