"""Under which names configuration files hold each quantity: a table, the only place where such names stand.

Names are normalised: lower case, words joined with `_`, the last part of a dotted key (`optimizer.param_groups.lr` ->
`lr`). Earlier names of a line are the more precise ones, and win over later ones when several keys disagree.
Sources: the files of the trainers named in `docs`, and the configuration files of public runs.
"""

from __future__ import annotations

from mladvisor.runs.optimizer_rates import DEFAULT_RATE
from mladvisor.runs.settings_names import THRESHOLD_SETTINGS


def listed(line: str) -> tuple[str, ...]:
    """The words of a line."""
    return tuple(line.split())


NAMES: dict[str, str] = {
    "learning_rate": "learning_rate lr learn_rate lr0 base_lr init_lr initial_lr initial_learning_rate"
    " initial_learn_rate"
    " learning_rate_init lr_init base_learning_rate start_lr lr_start train_lr peak_lr max_lr lr_max"
    " max_learning_rate peak_learning_rate lr_base learningrate eta0 eta step_size stepsize"
    " optimizer_lr lr_rate lr_initial learning_rate_initial learning_rate_start schedule_init_value"
    " taxa_aprendizado taxa_de_aprendizado rate taux taxa tasa tasso",
    "grouped_by_length": "group_by_length length_grouped length_grouped_sampler bucket_by_length sort_by_length"
    " bucket_by_sequence_length sort_within_batch use_bucketing bucketing bucket_sampler bucket_iterator"
    " batch_by_length sortagrad train_sampling_strategy",
    "trainings": "folds n_folds num_folds k_folds k_fold kfold kfolds cv_folds n_splits tasks n_tasks num_tasks seeds"
    " n_seeds num_seeds ensemble ensemble_size n_members num_members n_models num_models n_repeats restarts n_restarts",
    "loss_reduction": "loss_reduction reduction loss_reduce",
    "step_length": "step stap passo paso pas krok schrittweite lernschritt",  # where it is below 1; else it counts
    "optimizer": "optimizer optimiser optim optimizer_name optimizer_type optim_type optim_name opt optimizer_class"
    " otimizador optimizer_cls solver algorithm algo update_rule updater optim_method",
    "momentum": "momentum sgd_momentum optim_momentum mom mu",
    "beta1": "beta1 adam_beta1 beta_1 b1",
    "beta2": "beta2 adam_beta2 beta_2 b2",
    "betas": "betas adam_betas optim_betas",
    "eps": "adam_epsilon adam_eps opt_eps optimizer_eps",
    "epsilon": "epsilon eps",
    "batch_size": "train_batch_size batch_size_train global_batch_size total_batch_size effective_batch_size"
    " ims_per_batch batch_size batchsize bs bsz batch mini_batch_size minibatch_size mini_batch minibatch batch_rows"
    " rows_per_batch examples_per_batch samples_per_batch mbs batch_sz train_bs train_batch train_bsz tamanho_lote"
    " rows_per_update examples_per_update samples_per_update images_per_update rows_per_step examples_per_step"
    " samples_per_step images_per_step batcher_size images_per_batch rows_in_batch global_batch total_batch"
    " effective_batch local_batch local_batch_size client_batch_size lotto lote paczka",
    "device_batch_size": "per_device_train_batch_size per_gpu_train_batch_size micro_batch_size samples_per_gpu"
    " train_micro_batch_size_per_gpu batch_size_per_gpu per_device_batch_size device_batch_size batch_size_per_device"
    " per_worker_batch per_worker_batch_size per_gpu per_device batch_per_gpu per_gpu_batch batch_per_device"
    " batch_per_rank",
    "accumulation": "gradient_accumulation_steps accumulate_grad_batches accumulation_steps grad_accum"
    " grad_accum_steps gradient_accumulation accum_iter grad_accumulation_steps iters_to_accumulate update_freq"
    " accumulate_gradient accumulate_gradients accumulate_steps accumulate_batches accum_steps accumulated_batches"
    " gradient_accumulation_batches steps_to_accumulate batches_to_accumulate",
    "devices": "num_devices n_gpu n_gpus num_gpus world_size devices gpus ngpus",
    "epochs": "num_train_epochs max_epochs n_epochs num_epochs epochs nb_epochs n_epoch nepochs num_epoch max_epoch"
    " total_epochs total_epoch end_epoch training_epochs epoch_num epochs_num nb_epoch epochs_max"
    " train_epochs passes n_passes num_passes maximum_epochs"
    " max_passes epocas epoche epoca epoque",
    "max_steps": "max_train_steps max_steps max_iters max_iter total_steps num_training_steps num_train_steps"
    " train_steps n_iterations num_iterations num_steps iterations n_iters n_iter total_timesteps n_estimators"
    " num_boost_round boosting_rounds n_rounds num_rounds num_round nrounds rounds max_updates num_updates",
    "weight_decay": "weight_decay wd weightdecay wdecay w_decay l2_decay optim_weight_decay l2_weight_decay"
    " decoupled_weight_decay weight_decay_rate adamw_weight_decay adam_weight_decay",
    "l1": "l1 l1_reg l1_lambda lambda_l1 l1_regularization reg_l1 l1_penalty l1_weight reg_alpha l1_strength l1_factor"
    " l1_coef l1_coeff l1_coefficient l1_alpha",
    "max_norm": "max_norm_constraint maxnorm maxnorm_constraint weight_max_norm max_weight_norm kernel_max_norm",
    "l2": "l2 l2_reg l2_lambda lambda_l2 l2_regularization reg_l2 l2_penalty l2_weight reg_lambda"
    " regularization_lambda lambda_reg l2_strength l2_factor l2_coef l2_coeff l2_coefficient l2_alpha reg_strength"
    " regularization_strength regularisation_strength weight_penalty",
    "trees_l1": "alpha",  # XGBoost's own names
    "trees_l2": "l2_leaf_reg lambda",
    "dropout": "dropout dropout_rate dropout_prob dropout_p p_dropout drop_rate hidden_dropout_prob hidden_dropout"
    " dropout_ratio drop_prob pdrop p_drop drop resid_pdrop fc_dropout classifier_dropout fc_drop_prob"
    " head_dropout head_drop output_dropout final_dropout last_dropout dropout_head dropout_out"
    " dropout_per_layer dropouts dropout_rates dropout_list layer_dropout layers_dropout layer_dropouts input_dropout"
    " dropout_input in_dropout hidden_dropout_rate rnn_dropout lstm_dropout gru_dropout ffn_dropout mlp_dropout"
    " spatial_dropout ps",  # fastai's own
    "keep_prob": "keep_prob keep_probability dropout_keep_prob",
    "early_stopping": "early_stopping use_early_stopping early_stop earlystopping",
    "patience": "early_stopping_patience es_patience early_stop_patience patience early_stopping_rounds"
    " n_iter_no_change",
    "min_delta": "min_delta early_stopping_min_delta es_min_delta early_stop_min_delta early_stopping_delta"
    " early_stopping_threshold early_stopping_tolerance min_improvement minimum_improvement",
    "gradient_clip": "max_grad_norm gradient_clip_val clip_grad_norm grad_clip gradient_clip gradient_clipping"
    " clipnorm global_clipnorm clip_grad clip_value clipvalue grad_norm_clip clip_norm max_gradient_norm grad_clip_norm"
    " clip_gradients max_norm clip clip_grads grad_max_norm gradient_threshold",
    "warmup_share": "warmup_ratio warmup_proportion warmup_fraction warmup_frac",
    "warmup_steps": "warmup_steps num_warmup_steps warmup_iters n_warmup_steps lr_warmup_steps warmup_updates",
    "warmup_epochs": "warmup_epochs num_warmup_epochs lr_warmup_epochs",
    "scheduler": "lr_scheduler_type lr_scheduler lr_schedule scheduler lr_policy scheduler_type scheduler_name sched"
    " lr_decay_style decay_schedule schedule anneal annealing lr_anneal lr_annealing",
    "loss": "loss_fn loss_function loss_func criterion loss_type loss_name loss loss_class objective losses cost"
    " cost_function cost_fn error_function",
    "from_logits": "from_logits",
    "loss_floor": "smooth loss_smooth dice_smooth smooth_dr loss_eps loss_epsilon dice_eps dice_epsilon iou_smooth"
    " smoothing_constant criterion_eps criterion_epsilon criterion_smooth loss_fn_eps loss_fn_smooth",
    "entropy_weight": "ent_coef entropy_coef entropy_coeff ent_coeff entropy_weight entropy_bonus entropy_beta"
    " entropy_cost ent_weight entropy_coefficient entropy_scale entropy_loss_coef entropy_regularization",
    "label_smoothing": "label_smoothing label_smoothing_factor smoothing label_smooth",
    "soft_targets": "soft_targets soft_labels mixup mixup_alpha mixup_prob use_mixup cutmix cutmix_alpha cutmix_prob"
    " use_cutmix distillation use_distillation knowledge_distillation distillation_type distillation_alpha"
    " teacher_model focal_gamma focal_loss use_focal_loss",
    "class_counts": "class_counts class_count class_distribution label_counts label_distribution samples_per_class"
    " class_frequencies class_sizes",
    "activation": "activation hidden_act hidden_activation activation_function activation_fn act_fn nonlinearity"
    " hidden_fn hidden_function hidden_nonlinearity transfer_function non_linearity activation_name "
    "act_layer act nonlin nl activ ativacao act_type activation_type activation_hidden activations_hidden activations"
    " mlp_act mlp_activation dense_activation fc_activation",
    "recurrent_activation": "nonlinearity rnn_nonlinearity rnn_activation rnn_act recurrent_nonlinearity"
    " recurrent_act cell_activation cell_act state_activation nonlin nl",
    "output_activation": "output_activation final_activation last_activation out_activation head_activation"
    " activation_out output_act last_layer_activation output_layer_activation final_layer_activation last_activation_fn"
    " output_nonlinearity out_act activation_output act_out output_layer_act final_act output out output_layer",
    "output_units": "output_units num_outputs n_outputs out_units",
    "output_width": "out_dim output_dim output_size out_features output_features out_size dim_out n_out num_out nout"
    " d_out n_output num_output out_channels_final salidas",  # of the model, or of any of its parts
    "initializer": "kernel_initializer weight_initializer weight_init initializer init_method init_type"
    " initialization init_weights init_scheme initialiser weight_initialization weight_initialisation weights_init"
    " weights_initialization kernel_init weight_initialiser initial_weights init_weight init_kernel init",
    "initial_gain": "init_gain initial_gain weight_init_gain initializer_gain init_scale weight_scale"
    " recurrent_gain kernel_gain rec_gain rnn_gain hh_gain recurrent_init_gain",
    "initial_constant": "init_const init_constant const_init constant_init weight_const const_weight weight_constant"
    " constant_weight init_weight_value weight_init_value weights_init_value initial_weight_value weight_fill_value"
    " weight_fill constant_init_value init_weight_const weight_init_const weight_init_constant",
    "initial_spread": "init_std weight_std initial_std init_stddev std_init weight_init_std initializer_std init_sd"
    " init_sigma initializer_range init_range initialization_std initial_sd",
    "initial_bias": "bias_init init_bias initial_bias bias_initial bias_initializer bias_init_value",
    "norm_momentum": "bn_momentum batch_norm_momentum batchnorm_momentum norm_momentum bn_mom bnmom batch_norm_decay"
    " normalization_momentum normalisation_momentum batch_normalization_momentum norm_layer_momentum",
    "rate_decay": "lr_decay learning_rate_decay adagrad_lr_decay",
    "accumulator": "initial_accumulator_value adagrad_initial_accumulator_value initial_accumulator adagrad_init_acc"
    " adagrad_init_accumulator adagrad_initial_accumulator adagrad_accumulator initial_accumulator_sum",
    "batch_norm": "batch_norm use_batch_norm batchnorm use_batchnorm batch_normalization use_bn bn with_bn",
    "binary_in_training": "bce_loss use_bce_loss",  # timm's: cross-entropy over the classes is what it validates by
    "norm_frozen": "norm_eval bn_eval freeze_bn frozen_bn freeze_batch_norm freeze_batchnorm freeze_norm fix_bn"
    " freeze_bn_stats bn_frozen freeze_bn_statistics",
    "norm_layer": "norm_layer norm_type normalization_layer norm",
    "shuffle_buffer": "shuffle_buffer shuffle_buffer_size shuffle_buf shuffle_size shuffle_window shuffle_window_size",
    "rows_sorted": "source_order dataset_order data_order row_order rows_order file_order storage_order stored_order"
    " record_order records_order sample_order samples_order train_order order_of_rows",
    "shuffle": "shuffle train_shuffle shuffle_train shuffle_data shuffle_dataset shuffle_training_data reshuffle"
    " shuffle_each_epoch reshuffle_each_epoch permute permute_rows shuffling random_order",
    "full_batch": "full_batch whole_batch full_graph transductive",
    "shuffled_before": "pre_shuffled preshuffled shuffled_beforehand already_shuffled shuffle_offline shuffled_on_disk",
    "sampler": "sampler train_sampler sampler_type data_sampler batch_sampler sampler_name",
    "seed": "seed random_seed random_state manual_seed seed_everything rng_seed",
    "layers": "num_hidden_layers hidden_layers n_hidden_layers num_layers n_layers n_layer depth nlayers num_blocks"
    " layers",
    "widths": "hidden_sizes hidden_layer_sizes hidden_units hidden_dims hidden_layers layer_sizes layer_dims widths"
    " units mlp_dims fc_dims hidden_size hidden_dim layers camadas_ocultas net_arch hidden hidden_layer_dims"
    " hidden_widths layer_widths neurons hidden_neurons dense_units hidden_units_per_layer mlp_hidden hiddens"
    " units_per_layer neurons_per_layer nodes_per_layer dense_layers fc_layers mlp_layers dense topology layer_units"
    " n_units num_units n_neurons num_neurons hidden_nodes",
    "tree_leaves": "num_leaves num_leaf max_leaves max_leaf max_leaf_nodes n_leaves leaves",
    "tree_depth": "max_depth tree_depth max_tree_depth",
    "column_bins": "max_bin max_bins border_count n_bins_per_feature",
    "leaf_rows": "min_data_in_leaf min_data_per_leaf min_data min_child_samples min_samples_leaf",
    "least_gain": "min_split_loss min_gain_to_split min_split_gain gamma",  # gamma: of boosted trees alone
    "leaf_weight": "min_child_weight min_sum_hessian_in_leaf min_hessian min_sum_hessian",
    "parameters": "num_parameters n_parameters total_parameters n_params num_params total_params trainable_params"
    " trainable_parameters parameter_count model_parameters",
    "data_source": "dataset dataset_name data_name data_set dataset_path data_path data_file data_dir data_root"
    " train_data train_file train_path data",
    "train_rows": "num_train_examples num_train_samples n_train_samples train_samples num_train train_dataset_size"
    " train_images n_train_images num_train_images training_images train_examples n_train_examples training_examples"
    " num_training_examples train_texts n_train_texts train_documents train_sentences n_train_rows"
    " n_train train_rows training_rows training_samples train_set_size dataset_size num_examples num_samples"
    " n_samples train_size",
    "val_rows": "n_val num_val val_rows n_val_samples num_val_samples val_samples n_validation num_validation_samples"
    " validation_rows validation_samples n_valid num_valid valid_rows n_val_rows val_set_size n_dev num_eval_samples"
    " n_eval eval_samples max_eval_samples num_val_examples num_eval_examples n_val_examples",
    "classes": "num_classes n_classes num_labels n_class num_class nb_classes n_labels nclasses numclasses nc"
    " classes class_names label_names names",
    "label_values": "label_values labels_values target_values class_values label_codes target_codes label_coding",
    "sequence_length": "sequence_length seq_len seq_length max_seq_len max_seq_length max_sequence_length bptt bptt_len"
    " timesteps time_steps n_timesteps num_timesteps window_size window_length lookback look_back maxlen max_len"
    " input_length",
    "vocabulary": "vocab_size vocabulary_size n_vocab num_tokens n_tokens vocab",
    "precision": "precision mixed_precision torch_dtype dtype mixed_precision_policy compute_dtype",
    "fp16": "fp16 use_fp16 half use_half float16",
    "bf16": "bf16 use_bf16 bfloat16",
    "amp": "amp use_amp mixed autocast",
    "threshold": THRESHOLD_SETTINGS,
    "cost_false_positive": "cost_false_positive false_positive_cost cost_fp fp_cost costs_fp costs_false_positive"
    " cost_of_false_positive cost_of_false_alarm cost_false_alarm false_alarm_cost",
    "cost_false_negative": "cost_false_negative false_negative_cost cost_fn fn_cost costs_fn costs_false_negative"
    " cost_of_false_negative cost_of_miss cost_miss miss_cost",
    "min_recall": "min_recall minimum_recall required_recall recall_min target_recall recall_target min_sensitivity"
    " minimum_sensitivity required_sensitivity target_sensitivity sensitivity_min min_tpr target_tpr required_tpr",
    "min_precision": "min_precision minimum_precision required_precision precision_min target_precision"
    " precision_target min_ppv minimum_ppv required_ppv target_ppv",
    "min_specificity": "min_specificity minimum_specificity required_specificity target_specificity specificity_min"
    " min_tnr target_tnr required_tnr",
    "positive_weight": "pos_weight positive_weight scale_pos_weight pos_class_weight positive_class_weight"
    " weight_positive bce_pos_weight",
    "loss_positive_weight": "pos_weight bce_pos_weight",
    "class_weight_0": "class_weight_0 class_weights_0",
    "class_weight_1": "class_weight_1 class_weights_1",
    "class_weight": "class_weight class_weights use_class_weights use_class_weight pos_weight scale_pos_weight"
    " weighted_loss auto_class_weights is_unbalance weighted_sampler use_weighted_sampler balance_classes",
    "resampled": "resampling resample class_resampling oversampling oversample over_sampling undersampling undersample"
    " under_sampling downsampling downsample_negatives undersample_negatives oversample_minority oversample_positives"
    " use_smote smote balance_classes balance_train balanced_train class_balancing",
    "pretrained": "pretrained use_pretrained from_pretrained pretrained_path pretrained_model_name_or_path"
    " model_name_or_path pretrained_model pretrained_model_path pretrained_weights _name_or_path init_from load_from"
    " weights finetune_from base_model base_model_name_or_path init_checkpoint initial_checkpoint init_ckpt"
    " pretrained_checkpoint pretrained_ckpt start_checkpoint start_from warm_start_from restore_from"
    " pretrained_backbone pretrained_encoder",
    "fine_tuning": "peft_type lora_r lora_rank use_lora lora finetune fine_tune fine_tuning finetuning use_peft"
    " freeze_backbone freeze_encoder freeze frozen freeze_layers frozen_layers layers_to_freeze freeze_modules"
    " frozen_modules freeze_parts frozen_parts freeze_params frozen_params freeze_embedding freeze_embeddings"
    " freeze_base freeze_body freeze_trunk freeze_features freeze_feature_extractor freeze_until freeze_epochs"
    " n_frozen_layers num_frozen_layers",
    "augmentation": "data_augmentation augmentation use_augmentation augment augmentations use_aug aug auto_augment"
    " do_augment",
    "augmentation_strength": "mosaic mixup cutmix fliplr flipud hsv_h hsv_s hsv_v copy_paste random_crop"
    " random_flip random_rotation",
    "normalization": "normalize_inputs input_normalization normalize_input standardize_inputs scale_inputs"
    " normalize_features normalize normalise standardize standardise normalize_data scaler standard_scaler"
    " feature_scaling scaling input_scaling preprocessing_scaler normalize_x scale_x standardize_x scale_features"
    " input_normalise input_normalize input_normalized input_normalised input_normalisation inputs_normalized"
    " inputs_normalised normalised normalized normalise_inputs normalise_input normalise_features normalise_x"
    " input_standardise input_standardize input_standardization standardise_inputs standardise_features standardise_x"
    " standardised standardized standardize_features inputs_standardized inputs_scaled features_scaled scaled_inputs"
    " feature_normalization feature_normalisation feature_standardization feature_scaler input_scaler use_scaler"
    " numeric_scaler numeric_scaling numerical_scaler"
    " num_scaler column_scaler numeric_normalization scale_numeric standardize_numeric numeric_transformer"
    " zscore z_score",
    "imputation": "imputation impute imputer fillna fill_na missing_strategy handle_missing dropna drop_na"
    " impute_strategy missing_values na_strategy",
    "input_checks": "validate_inputs validate_input input_validation inputs_validation validate_data data_validation"
    " validate_schema schema_validation check_schema schema_check schema_checks enforce_schema strict_schema"
    " check_inputs check_input input_checks input_check verify_inputs verify_schema validate_rows validate_features"
    " feature_validation validate_requests request_validation check_types enforce_types strict_types check_finite"
    " assert_finite reject_nan",
    "bad_input": "on_bad_row on_bad_rows on_bad_value on_bad_values on_bad_input on_bad_lines on_invalid"
    " on_invalid_value on_parse_error on_schema_error on_type_error bad_rows bad_values invalid_values invalid_rows"
    " parse_errors coerce coerce_errors coerce_types coerce_invalid",
    "target_normalization": "normalize_targets scale_targets standardize_targets normalize_target scale_target"
    " standardize_target normalize_y scale_y standardize_y target_scaling target_normalization target_scaler y_scaler"
    " target_norm target_normalisation target_standardization y_norm normalise_target normalise_targets"
    " label_scaling normalize_labels scale_labels log_target target_transform transform_target y_transform"
    " target_standardize target_standardise target_normalize target_normalise target_scaled target_standardized"
    " target_standardised standardise_target standardise_targets target_standardisation target_zscore zscore_target"
    " standardized_target standardise_y label_standardize label_standardise y_standardized y_standardised y_standardize"
    " standardise_labels standardize_labels",
    "monitor": "metric_for_best_model early_stopping_monitor monitor eval_metric monitor_metric best_metric"
    " checkpoint_monitor validation_metric main_metric selection_metric primary_metric key_metric target_metric"
    " report_metric reported_metric business_metric kpi kpi_metric goal_metric success_metric decision_metric"
    " headline_metric metric_that_counts",
    "task": "task problem_type task_type ml_task problem",
    "model": "model_type arch architecture architectures model_name model_arch model_class backbone net network"
    " net_type encoder_name encoder base_model model booster boosting_type algorithm"
    " family model_family model_kind estimator classifier regressor learner"
    " network_type arch_type architecture_type cell cell_type rnn_type rnn_cell rnn_cell_type rnn_mode",
    "cell": "rnn_mode rnn_cell_type rnn_cell rnn_type cell_type cell",
    "attention_heads": "num_attention_heads num_heads n_heads n_head nhead nheads",
    "discount": "gamma discount discount_factor discount_rate discounting",
    "width": "hidden_size hidden_dim d_model n_embd n_hidden embed_dim num_hidden width embedding_dim units rnn_hidden"
    " rnn_hidden_size rnn_hidden_dim rnn_size rnn_units rnn_dim lstm_hidden lstm_hidden_size lstm_hidden_dim lstm_units"
    " lstm_size lstm_dim hidden_sizes hidden_layer_sizes hidden_dims hidden_widths hidden_units hidden_neurons"
    " dense_units n_units num_units n_neurons num_neurons n_hidden_units num_hidden_units neurons units_per_layer"
    " neurons_per_layer hidden_units_per_layer hidden_nodes n_hidden_nodes layer_units"
    " gru_hidden gru_hidden_size gru_hidden_dim gru_units gru_size gru_dim recurrent_units"
    " recurrent_size recurrent_hidden cell_units"
    " n_embed",  # last: a codebook's entries are called so beside the width of each
    "evaluation_mode": "model_eval_mode call_model_eval use_model_eval model_eval set_model_eval validate_in_eval_mode"
    " val_in_eval_mode evaluate_in_eval_mode eval_in_eval_mode eval_mode_in_validation eval_mode_for_validation",
    "training_mode": "validate_in_train_mode val_in_train_mode eval_in_train_mode evaluate_in_train_mode"
    " train_mode_in_validation train_mode_in_eval validate_in_training_mode evaluate_in_training_mode",
    "filter_side": "kernel_size kernel kernel_sizes kernels filter_size filter_sizes ksize conv_kernel conv_kernels"
    " conv_kernel_size conv_kernel_sizes",
    "filter_stride": "stride strides conv_stride conv_strides",
    "pools_all": "gap use_gap global_pool global_pooling global_avg_pool global_avgpool global_average_pooling",
    "sequence_read_at": "readout read_out pooling pool pool_type pooling_type pooling_mode sequence_pooling"
    " time_pooling temporal_pooling aggregation rnn_output rnn_pooling output_step read_step readout_step readout_at",
    "channels": "channels filters n_filters num_filters conv_channels n_channels num_channels conv_filters"
    " hidden_channels",
    "width_or_layers": "hidden n_hidden num_hidden",
}

BARE_RATES = frozenset(listed("rate taux taxa tasa tasso step stap"))
"""Words for a rate or a step alone: one of training where they stand in its block, by their value as well."""

BARE_OUTPUTS = frozenset(("output", "out"))
"""What may be a folder as well; a plain word for an activation is that of the last layer."""

BLOCKS: dict[str, str] = {
    "optimizer": "optimizer",
    "optimiser": "optimizer",
    "optim": "optimizer",
    "opt": "optimizer",
    "loss": "loss",
    "opt_class": "optimizer",  # SpeechBrain's
    "criterion": "loss",
    "loss_fn": "loss",
    "loss_function": "loss",
    "lr_scheduler": "scheduler",
    "scheduler": "scheduler",
    "lr_config": "scheduler",
    "sampler": "sampler",
    "act": "activation",  # OpenMMLab: act_cfg=dict(type="ReLU") is that of the hidden layers
    "model": "model",
    "net": "model",
    "backbone": "model",
    "initializer": "initializer",
    "kernel_initializer": "initializer",
    "weight_initializer": "initializer",
    "weight_init": "initializer",
    "init": "initializer",
    "initialization": "initializer",
    "initialisation": "initializer",
    "early_stopping": "early_stopping",
}
"""`optimizer.type`, `optimizer.class_path`, ...: the block's quantity is named by one of NAME_KEYS inside it."""

NAME_KEYS = frozenset(
    (
        "_name",
        "type",
        "name",
        "class_path",
        "class_name",
        "_target_",
        "policy",
        "class",
        "@optimizers",
        "@architectures",
        "kind",
        "method",
    )
)


OF_MANY = frozenset(("alpha", "lambda", "momentum", "weights"))
"""Names that are other things below other blocks: the momentum of a norm is none of the optimizer's, the weights of a
start are no file of trained ones.
"""

OPTIMIZER_KEYS: dict[str, str] = {
    "eps": "eps", "epsilon": "eps", "alpha": "rho", "rho": "rho", "decay": "decay", DEFAULT_RATE: "learning_rate",
}  # fmt: skip
"""Names that mean this only inside an optimizer block (elsewhere `eps` may be label smoothing or exploration)."""

LOSS_FLOOR_KEYS = ("eps", "epsilon", "smooth", "smooth_dr", "smooth_nr")
"""What keeps a denominator or a logarithm from zero, inside a block or call of a loss."""

ELSEWHERE = frozenset(
    listed(
        "val valid validation eval evaluation test testing dev predict inference generation serving env environment"
        " teacher discriminator critic val_dataloader test_dataloader val_dataset test_dataset dataloader_val"
        " eval_config hpo search_space sweep grid space _wandb"
    )
)
"""Parents under which a value is not about training this model."""

OF_USE = frozenset(listed("val valid validation eval evaluation test testing predict prediction inference serving"))
OF_DECISIONS = frozenset(
    listed("threshold cost_false_positive cost_false_negative min_recall min_precision min_specificity monitor")
)
"""Quantities that are about the model in use, or that it is judged by: they stand under such parents (`OF_USE`)."""

SCHEDULER_PARENTS = frozenset(("scheduler", "lr_scheduler", "lr_config", "reduce_lr_on_plateau", "reduce_lr", "sched"))

PREFERRED_PARENTS = frozenset(
    listed(
        "train training trainer optimizer optim optimiser hparams hyperparameters hyper_parameters hyperparams fit"
        " training_args train_config training_config solver params"
    )
)
"""Parents under which a value is surely about training."""
